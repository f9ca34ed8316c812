import type { CellFill, CurrentCell } from '../contracts/entry-cells.js';
import type { Stamp } from '../contracts/stamp.js';

/** How often the entry was read since eviction last looked at it: 0, 1, or more. */
const READS = 0b011;
const READ_OFTEN = 2;
const IS_STAMPED = 0b100;

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
  private aside: Stamp | Promise<V> | undefined;

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
    this.aside = fill.stamp;
  }

  get stamp(): Stamp | undefined {
    return (this.marks & IS_STAMPED) === 0 ? undefined : (this.aside as Stamp);
  }

  get answer(): Promise<V> | undefined {
    return (this.marks & IS_STAMPED) === 0 ? (this.aside as Promise<V> | undefined) : undefined;
  }

  set answer(answer: Promise<V> | undefined) {
    if ((this.marks & IS_STAMPED) === 0) this.aside = answer;
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

  /** Another value of the same era. */
  replace(fill: CellFill<V>, expiresAt: number): void {
    this.payload = fill.payload;
    this.plan = fill.plan;
    this.expiresAt = Math.floor(expiresAt);
    this.marks = (this.marks & READS) | marksOf(fill);
    this.aside = fill.stamp;
  }
}

function marksOf({ stamp }: CellFill<unknown>): number {
  return stamp === undefined ? 0 : IS_STAMPED;
}
