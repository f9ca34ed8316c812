import type { CellFill, CurrentCell } from '../contracts/entry-cells.js';
import type { Stamp } from '../contracts/stamp.js';
import type { TagClock, TagStamp } from '../contracts/tag-store.js';

/** Tags, of which all is known at once. */
export interface CellTags {
  current(): TagClock;
  /** Whether none of the tags was invalidated since the clock read `seq`. */
  isAlive(seq: number, tags: readonly string[]): boolean;
}

/** How often the entry was read since eviction last looked at it: 0, 1, or more. */
const READS = 0b0011;
const READ_OFTEN = 2;
const IS_STAMPED = 0b0100;
const IS_TAGGED = 0b1000;

/** What the entry of a cell has besides its value, where it carries tags. */
interface TaggedAside<V> {
  readonly tags: readonly string[];
  /** What the clock of the tags read when none of them was invalidated yet. */
  seq: number;
  readonly stamp: Stamp | undefined;
  answer: Promise<V> | undefined;
}

/**
 * What is held of a key that has an entry. There are as many as entries, and each read looks at one, so its fields are
 * few, and the numbers among them are small integers, which V8 keeps in place.
 */
export class EntryCell<V> implements Omit<CurrentCell<V>, symbol> {
  payload: V;
  plan: object | undefined;
  /** Whole milliseconds of the store's clock, rounded down: an entry may go early, and is never served late. */
  expiresAt: number;
  private marks: number;
  /** An entry with a soft ttl has no answer to keep: each read of it looks at the clock. */
  private aside: Stamp | Promise<V> | TaggedAside<V> | undefined;

  /** @param era of its key, which stays the same as long as the cell is there */
  constructor(
    readonly era: number,
    fill: CellFill<V>,
    expiresAt: number,
  ) {
    this.payload = fill.payload;
    this.plan = fill.plan;
    this.expiresAt = Math.floor(expiresAt);
    this.marks = marksOf(fill);
    this.aside = asideOf(fill);
  }

  get stamp(): Stamp | undefined {
    if ((this.marks & IS_TAGGED) !== 0) return (this.aside as TaggedAside<V>).stamp;
    return (this.marks & IS_STAMPED) === 0 ? undefined : (this.aside as Stamp);
  }

  get answer(): Promise<V> | undefined {
    if ((this.marks & IS_TAGGED) !== 0) return (this.aside as TaggedAside<V>).answer;
    return (this.marks & IS_STAMPED) === 0 ? (this.aside as Promise<V> | undefined) : undefined;
  }

  set answer(answer: Promise<V> | undefined) {
    if ((this.marks & IS_STAMPED) !== 0) return;
    if ((this.marks & IS_TAGGED) !== 0) (this.aside as TaggedAside<V>).answer = answer;
    else this.aside = answer;
  }

  get tags(): readonly string[] | undefined {
    return (this.marks & IS_TAGGED) === 0 ? undefined : (this.aside as TaggedAside<V>).tags;
  }

  /** What the clock of the tags read when none of its own was invalidated yet. 0 where it carries none. */
  get seq(): number {
    return (this.marks & IS_TAGGED) === 0 ? 0 : (this.aside as TaggedAside<V>).seq;
  }

  get isReadOften(): boolean {
    return (this.marks & READS) === READ_OFTEN;
  }

  noteRead(): void {
    if ((this.marks & READS) !== READ_OFTEN) this.marks++;
  }

  /** Whether it was read since this was asked last. */
  takeReads(): boolean {
    const reads = this.marks & READS;
    this.marks -= reads;
    return reads > 0;
  }

  /** Whether a tag of it was invalidated since it was loaded. The tags are asked once for each move of their clock. */
  isEndedBy(known: CellTags): boolean {
    if ((this.marks & IS_TAGGED) === 0) return false;
    const aside = this.aside as TaggedAside<V>;
    const { seq } = known.current();
    if (aside.seq === seq) return false;
    if (!known.isAlive(aside.seq, aside.tags)) return true;
    aside.seq = seq;
    return false;
  }

  /** Another value of the same era. */
  replace(fill: CellFill<V>, expiresAt: number): void {
    this.payload = fill.payload;
    this.plan = fill.plan;
    this.expiresAt = Math.floor(expiresAt);
    this.marks = (this.marks & READS) | marksOf(fill);
    this.aside = asideOf(fill);
  }
}

function marksOf({ stamp, tagged }: CellFill<unknown>): number {
  return (stamp === undefined ? 0 : IS_STAMPED) | (tagged === undefined ? 0 : IS_TAGGED);
}

function asideOf<V>({ stamp, tagged }: CellFill<V>): Stamp | TaggedAside<V> | undefined {
  return tagged === undefined ? stamp : { tags: ownTags(tagged), seq: tagged.seq, stamp, answer: undefined };
}

/** A hit hands them out. */
function ownTags({ tags }: TagStamp): readonly string[] {
  return Object.freeze([...tags]);
}
