import { atEndOfTick } from '../../common/timers.js';
import { asError } from '../../common/attempt.js';

/** One MGET takes at most this many keys, so that no request keeps the server, or the replies of others, for long. */
const MAX_KEYS = 1_000;

/** What a key holds. A view of the whole reply's bytes: a caller that keeps one copies it. */
export type Reply = Buffer | null;

class Batch<R> {
  readonly keys: string[] = [];
  readonly replies: Promise<readonly R[]>;
  resolve: (replies: readonly R[]) => void = () => undefined;
  reject: (cause: unknown) => void = () => undefined;
  // A lone read is not looked for, and needs no map.
  private places: Map<string, number> | undefined;
  /** So many of the keys are in `places`. */
  private placed = 0;
  private firstPair: number | undefined;
  /** Where the other pairs are, by the first key of each; the second stands behind it. */
  private pairs: Map<string, number> | undefined;

  constructor() {
    this.replies = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Where the key is in the request: where it was, if it is asked for already. */
  place(key: string): number {
    if (this.keys.length === 0) return this.keys.push(key) - 1;
    this.places ??= new Map();
    for (; this.placed < this.keys.length; this.placed++)
      this.places.set(this.keys[this.placed] as string, this.placed);
    return this.places.get(key) ?? this.keys.push(key) - 1;
  }

  /** Where the pair is that begins with the key, if it is asked for already. */
  pairOf(one: string): number | undefined {
    const first = this.firstPair;
    return first !== undefined && this.keys[first] === one ? first : this.pairs?.get(one);
  }

  placePair(one: string, other: string): number {
    const index = this.keys.push(one, other) - 2;
    if (this.firstPair === undefined) this.firstPair = index;
    else (this.pairs ??= new Map()).set(one, index);
    return index;
  }
}

/** Where reads are sent. */
export interface Reader<R = Reply> {
  /** A reply for each key, in their order. */
  mget(keys: string[]): Promise<readonly R[]>;
  /** What comes of a request that failed: the replies after all, or what to tell its readers. */
  afterFault(keys: string[], cause: unknown): Promise<readonly R[]>;
}

interface Place<R> {
  readonly batch: Batch<R>;
  readonly index: number;
}

/** Where all keys may travel together. */
const ONE_GROUP = (): string => '';

/**
 * Makes the reads that are asked for in one tick travel as one MGET. It is sent when the tick ends, so a lone read does
 * not wait for others. Two reads of one key share a place in it, but never after it was sent: a reply on its way may be
 * older than an invalidation that the second reader already knows of.
 *
 * In a Cluster, `groupOf` names what keys must have in common to travel together.
 */
export class ReadBatcher<R = Reply> {
  private due: Batch<R>[] = [];
  private filling = new Map<string, Batch<R>>();

  constructor(
    private readonly reader: Reader<R>,
    private readonly groupOf: (key: string) => string = ONE_GROUP,
    private readonly maxKeys = MAX_KEYS,
  ) {}

  read(key: string): Promise<R> {
    return replyAt(this.place(key));
  }

  /**
   * Both keys, from one moment wherever they may travel together.
   *
   * @param other names the second, which always is the same for the first
   * @param make what of the two replies
   */
  readPair<T>(one: string, other: () => string, make: (first: R, second: R) => T): Promise<T> {
    const group = this.groupOf(one);
    const known = this.filling.get(group);
    const at = known?.pairOf(one);
    if (known !== undefined && at !== undefined) return pairAt(known, at, make);
    const name = other();
    if (this.groupOf(name) !== group) {
      return Promise.all([this.read(one), this.read(name)]).then(([first, second]) => make(first, second));
    }
    const batch = this.batchFor(group, 2);
    return pairAt(batch, batch.placePair(one, name), make);
  }

  /**
   * The replies in the order of the keys. A request that failed is the error of each of its keys.
   *
   * @param keys of which none is there twice, or it may travel twice
   */
  async readMany(keys: readonly string[]): Promise<(R | Error)[]> {
    if (this.groupOf === ONE_GROUP && !this.filling.has('') && keys.length <= this.maxKeys) return this.begunBy(keys);
    const places = keys.map((key) => this.place(key));
    const replies = new Map<Batch<R>, readonly R[] | Error>();
    const wait = async (batch: Batch<R>): Promise<void> => {
      replies.set(batch, await batch.replies.catch(asError));
    };
    await Promise.all(Array.from(new Set(places.map(({ batch }) => batch)), wait));
    return places.map(({ batch, index }) => {
      const found = replies.get(batch);
      return found instanceof Error ? found : (found?.[index] as R);
    });
  }

  /** The keys begin a request of which they are all: none of them can be in it already. */
  private async begunBy(keys: readonly string[]): Promise<(R | Error)[]> {
    if (keys.length === 0) return [];
    const batch = this.batchFor('', keys.length);
    for (const key of keys) batch.keys.push(key);
    const replies = await batch.replies.catch(asError);
    return keys.map((_, i) => (replies instanceof Error ? replies : (replies[i] as R)));
  }

  private place(key: string): Place<R> {
    const batch = this.batchFor(this.groupOf(key), 1);
    return { batch, index: batch.place(key) };
  }

  /** @param room so many keys belong together, and must not end up in two requests */
  private batchFor(group: string, room: number): Batch<R> {
    const batch = this.filling.get(group);
    if (batch !== undefined && batch.keys.length + room <= this.maxKeys) return batch;
    const next = this.begin();
    this.filling.set(group, next);
    return next;
  }

  private begin(): Batch<R> {
    if (this.due.length === 0) atEndOfTick(() => this.flush());
    const batch = new Batch<R>();
    this.due.push(batch);
    return batch;
  }

  private flush(): void {
    const { due } = this;
    this.due = [];
    // Another map: one that is cleared keeps what it held reachable from its old table, and that from the one before,
    // so that a single table which has grown old makes the collector keep, and copy, every batch after it.
    this.filling = new Map();
    for (const batch of due) this.send(batch);
  }

  private send({ keys, resolve, reject }: Batch<R>): void {
    const failed = (cause: unknown): void => void this.reader.afterFault(keys, cause).then(resolve, reject);
    try {
      this.reader.mget(keys).then(resolve, failed);
    } catch (cause) {
      failed(cause);
    }
  }
}

function replyAt<R>({ batch, index }: Place<R>): Promise<R> {
  return batch.replies.then((replies) => replies[index] as R);
}

function pairAt<R, T>({ replies }: Batch<R>, index: number, make: (first: R, second: R) => T): Promise<T> {
  return replies.then((all) => make(all[index] as R, all[index + 1] as R));
}
