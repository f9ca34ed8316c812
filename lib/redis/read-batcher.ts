import { asError } from './redis-errors.js';

/** One MGET takes at most this many keys, so that no request keeps the server, or the replies of others, for long. */
const MAX_KEYS = 1_000;

/** What a key holds. A view of the whole reply's bytes: whoever keeps one copies it. */
export type Reply = Buffer | null;

class Batch {
  readonly keys: string[] = [];
  readonly places = new Map<string, number>();
  readonly replies: Promise<readonly Reply[]>;
  resolve: (replies: readonly Reply[]) => void = () => undefined;
  reject: (cause: unknown) => void = () => undefined;

  constructor() {
    this.replies = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

interface Place {
  readonly batch: Batch;
  readonly index: number;
}

/**
 * Makes the reads that are asked for in one tick travel as one MGET. It is sent when the tick ends, so a lone read waits
 * for nobody; two reads of one key share a place in it, but never after it was sent: a reply on its way may be older
 * than the invalidation that the second reader already knows of.
 *
 * In a Cluster, `groupOf` names what keys must have in common to travel together.
 */
export class ReadBatcher {
  private due: Batch[] = [];
  private readonly filling = new Map<string, Batch>();

  constructor(
    private readonly mget: (keys: string[]) => Promise<readonly Reply[]>,
    private readonly groupOf: (key: string) => string = () => '',
    private readonly maxKeys = MAX_KEYS,
  ) {}

  read(key: string): Promise<Reply> {
    return replyAt(this.place(key));
  }

  /** Both keys, from one moment wherever they may travel together. */
  readPair(one: string, other: string): Promise<[Reply, Reply]> {
    const [first, second] = [this.place(one, 2), this.place(other)];
    if (first.batch !== second.batch) return Promise.all([replyAt(first), replyAt(second)]);
    return first.batch.replies.then((replies) => [replies[first.index] ?? null, replies[second.index] ?? null]);
  }

  /** The replies in the order of the keys. A request that failed is the error of each of its keys. */
  async readMany(keys: readonly string[]): Promise<(Reply | Error)[]> {
    const places = keys.map((key) => this.place(key));
    const replies = new Map<Batch, readonly Reply[] | Error>();
    const wait = async (batch: Batch): Promise<void> => {
      replies.set(batch, await batch.replies.catch(asError));
    };
    await Promise.all(Array.from(new Set(places.map(({ batch }) => batch)), wait));
    return places.map(({ batch, index }) => {
      const found = replies.get(batch);
      return found instanceof Error ? found : (found?.[index] ?? null);
    });
  }

  /** `room` is asked for in advance, so that keys which belong together do not end up in two requests. */
  private place(key: string, room = 1): Place {
    const group = this.groupOf(key);
    let batch = this.filling.get(group);
    if (batch === undefined || batch.keys.length + room > this.maxKeys) {
      batch = this.begin();
      this.filling.set(group, batch);
    }
    const known = batch.places.get(key);
    if (known !== undefined) return { batch, index: known };
    const index = batch.keys.push(key) - 1;
    batch.places.set(key, index);
    return { batch, index };
  }

  private begin(): Batch {
    if (this.due.length === 0) process.nextTick(() => this.flush());
    const batch = new Batch();
    this.due.push(batch);
    return batch;
  }

  private flush(): void {
    const { due } = this;
    this.due = [];
    this.filling.clear();
    for (const { keys, resolve, reject } of due) this.mget(keys).then(resolve, reject);
  }
}

function replyAt({ batch, index }: Place): Promise<Reply> {
  return batch.replies.then((replies) => replies[index] ?? null);
}
