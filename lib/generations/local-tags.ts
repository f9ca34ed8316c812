import type { TagCatchUp, TagClock, TagStore, TagStores } from '../contracts/tag-store.js';
import type { LocalLedger } from './local-ledger.js';

/** Tags that are remembered of one namespace: some 100 bytes each. Beyond it the floor rises. */
const MOST_ROWS = 100_000;
/** Rows that one invalidation looks at besides its own, to drop what is too old to matter. */
const LOOKED_AT = 16;

interface Row {
  readonly seq: number;
  /** When, in milliseconds of the monotonic clock. */
  readonly at: number;
}

/**
 * The tags of one namespace in this process. There is no clock to lose, and nothing to be caught up with: what is
 * invalidated is known at once.
 */
export class LocalTags implements TagStore {
  private clock: TagClock;
  /** In the order of their last invalidation. */
  private rows = new Map<string, Row>();
  private floor = 0;
  private keepMs = 0;

  constructor(
    private readonly ledger: Pick<LocalLedger, 'issue' | 'look'>,
    private readonly mostRows = MOST_ROWS,
  ) {
    this.clock = { era: ledger.issue(), seq: 1 };
  }

  current(): TagClock {
    return this.clock;
  }

  snapshot(): TagClock {
    return this.clock;
  }

  invalidate(tags: readonly string[], keepMs: number): TagClock {
    const seq = this.clock.seq + 1;
    const at = this.ledger.look();
    this.clock = { era: this.clock.era, seq };
    this.keepMs = Math.max(this.keepMs, keepMs);
    for (const tag of tags) {
      this.rows.delete(tag);
      this.rows.set(tag, { seq, at });
    }
    this.prune(tags.length + LOOKED_AT, at);
    return this.clock;
  }

  clear(): TagClock {
    this.clock = { era: this.ledger.issue(), seq: this.clock.seq + 1 };
    this.rows = new Map();
    this.floor = this.clock.seq;
    return this.clock;
  }

  catchUp(above: number, most: number, tags: readonly string[]): TagCatchUp {
    const own = tags.map((tag) => this.rows.get(tag)?.seq);
    const rows: [string, number][] = [];
    if (most > 0) for (const [tag, { seq }] of this.rows) if (seq > above) rows.push([tag, seq]);
    return { ...this.clock, floor: this.floor, own, rows: rows.toReversed().slice(0, most) };
  }

  /** Whether none of the tags was invalidated since the clock read `seq`. */
  isAlive(seq: number, tags: readonly string[]): boolean {
    if (tags.length === 0 || seq >= this.clock.seq) return true;
    if (seq < this.floor) return false;
    for (const tag of tags) if ((this.rows.get(tag)?.seq ?? 0) > seq) return false;
    return true;
  }

  private prune(most: number, now: number): void {
    let looked = 0;
    for (const [tag, { seq, at }] of this.rows) {
      const isOver = this.rows.size > this.mostRows;
      if ((!isOver && at + this.keepMs >= now) || ++looked > most) return;
      this.floor = Math.max(this.floor, seq);
      this.rows.delete(tag);
    }
  }
}

/** The tags of all namespaces of a store. */
export class LocalTagStores implements TagStores {
  private readonly known = new Map<string, LocalTags>();

  constructor(private readonly ledger: LocalLedger) {}

  of(namespace: string): LocalTags {
    const known = this.known.get(namespace) ?? new LocalTags(this.ledger);
    this.known.set(namespace, known);
    return known;
  }
}
