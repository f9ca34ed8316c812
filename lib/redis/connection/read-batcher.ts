import { atEndOfTick } from '../../common/timers.js';
import { asError } from '../../common/attempt.js';
import { Batch } from './batch.js';

/** One MGET takes at most this many keys, so that no request keeps the server, or the replies of others, for long. */
const MAX_KEYS = 1_000;

/** What a key holds. A view of the whole reply's bytes: a caller that keeps one copies it. */
export type Reply = Buffer | null;

/** Where reads are sent. */
export interface Reader<R = Reply> {
  /** A reply for each key, in their order. */
  mget(keys: string[]): Promise<readonly R[]>;
  /** What comes of a request that failed: the replies after all, or what to tell its readers. */
  afterFault(keys: string[], cause: unknown): Promise<readonly R[]>;
}

/** Where a read stands. */
export interface Place<R> {
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
  private begun = 0;

  constructor(
    private readonly reader: Reader<R>,
    private readonly groupOf: (key: string) => string = ONE_GROUP,
    private readonly maxKeys = MAX_KEYS,
  ) {}

  read(key: string): Promise<R> {
    const { batch, index } = this.place(key);
    return batch.ended.then(() => batch.takeAt(index));
  }

  /**
   * Both keys, from one moment wherever they may travel together.
   *
   * @param other names the second, which always is the same for the first
   * @param make what of the two replies
   */
  readPair<T>(one: string, other: () => string, make: (first: R, second: R) => T): Promise<T> {
    const place = this.placePair(one, other);
    if (place !== undefined) {
      const { batch, index } = place;
      return batch.ended.then(() => make(batch.takeAt(index), batch.takeAt(index + 1)));
    }
    return Promise.all([this.read(one), this.read(other())]).then(([first, second]) => make(first, second));
  }

  /**
   * Where both keys stand in a request: the second behind the first. `undefined` where they may not travel together.
   */
  placePair(one: string, other: () => string): Place<R> | undefined {
    const group = this.groupOf(one);
    const known = this.filling.get(group);
    const at = known?.pairOf(one);
    if (known !== undefined && at !== undefined) return { batch: known, index: at };
    const name = other();
    if (this.groupOf(name) !== group) return undefined;
    const batch = this.batchFor(group, 2);
    return { batch, index: batch.placePair(one, name) };
  }

  /** Where a key stands that only this caller asks for: it is not looked for among the others. */
  placeAlone(key: string): Place<R> {
    const batch = this.batchFor(this.groupOf(key), 1);
    return { batch, index: batch.placeAlone(key) };
  }

  /**
   * The replies in the order of the keys. A request that failed is the error of each of its keys.
   *
   * @param keys of which none is there twice, or it may travel twice
   */
  async readMany(keys: readonly string[]): Promise<(R | Error)[]> {
    if (this.groupOf === ONE_GROUP && this.areNew(keys)) return this.begunBy(keys);
    const places = keys.map((key) => this.place(key));
    await Promise.all(Array.from(new Set(places.map(({ batch }) => batch)), ({ ended }) => ended));
    return places.map(({ batch, index }) => batch.replyAt(index));
  }

  /** Whether there is one request to take all of the keys, which can have none of them already. */
  private areNew(keys: readonly string[]): boolean {
    const batch = this.filling.get('');
    if (batch === undefined) return keys.length <= this.maxKeys;
    return batch.isOnlyLone && batch.keys.length + keys.length <= this.maxKeys;
  }

  private async begunBy(keys: readonly string[]): Promise<(R | Error)[]> {
    if (keys.length === 0) return [];
    const batch = this.batchFor('', keys.length);
    const first = batch.keys.length;
    for (const key of keys) batch.keys.push(key);
    await batch.ended;
    return keys.map((_, i) => batch.replyAt(first + i));
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
    const batch = new Batch<R>(this.begun++);
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

  private send(batch: Batch<R>): void {
    const { keys } = batch;
    batch.isSent = true;
    const answered = (replies: readonly R[]): void => batch.settle(replies);
    const failed = (cause: unknown): void =>
      void this.reader.afterFault(keys, cause).then(answered, (fault: unknown) => batch.settle(asError(fault)));
    try {
      this.reader.mget(keys).then(answered, failed);
    } catch (cause) {
      failed(cause);
    }
  }
}
