import type { TagCatchUp, TagClock, TagStamp } from '../../contracts/tag-store.js';

/** Invalidations that are remembered. */
const MOST_ROWS = 10_000;

/** What is known of a stamp: nothing of it was invalidated, or something was. `undefined`: it has to be asked. */
export type Known = boolean | undefined;

/**
 * What this process knows of the invalidations of tags that other processes share with it: all of one era that lie
 * above the horizon, up to `seq`. It is never moved back within an era.
 */
export class TagMemory {
  private era = 0;
  private latest = 0;
  /** At or below this, invalidations may have been missed here. */
  private horizon = 0;
  private floor = 0;
  /** In the order in which they were learnt, which is that of their numbers but for ties. */
  private readonly rows = new Map<string, number>();
  /** What was told of single tags: their last invalidation, 0 for none, and the number up to which that is so. */
  private readonly told = new Map<string, { readonly last: number; readonly upTo: number }>();

  constructor(private readonly mostRows = MOST_ROWS) {}

  /** Above what number a catch-up is to be asked for, on behalf of a stamp. */
  askFrom({ era, seq }: TagClock): number {
    return era === this.era ? this.latest : seq;
  }

  /**
   * @param upTo the clock that the reader saw: what came later need not be known
   * @returns whether what was stamped so is alive, as far as is known here
   */
  judge({ era, seq, tags }: TagStamp, upTo: TagClock): Known {
    if (era !== this.era || upTo.era !== era || this.latest < upTo.seq) return undefined;
    if (seq < this.floor) return false;
    for (const tag of tags) if ((this.rows.get(tag) ?? 0) > seq) return false;
    return seq >= this.horizon || tags.every((tag) => this.isToldOf(tag, seq)) ? true : undefined;
  }

  /**
   * Takes in what was answered. An answer proves nothing at or below its bound: onto a memory that does not reach that
   * far it cannot be put, and takes its place.
   *
   * @param tags whose last invalidations were asked for
   * @param above the number that was asked from
   * @param most how many rows were asked for: with so many of them, older ones may have been left out
   */
  learn({ era, seq, floor, rows, own }: TagCatchUp, tags: readonly string[], above: number, most: number): void {
    const cut = rows.length >= most ? rows.at(-1)?.[1] : undefined;
    const bound = Math.max(above, cut ?? 0, era, floor);
    if (era === this.era && this.latest >= bound) {
      this.latest = Math.max(this.latest, seq);
      this.floor = Math.max(this.floor, floor);
    } else {
      this.era = era;
      this.latest = seq;
      this.horizon = bound;
      this.floor = floor;
      this.rows.clear();
      this.told.clear();
    }
    tags.forEach((tag, i) => this.noteTold(tag, own[i] ?? 0, seq));
    for (let i = rows.length - 1; i >= 0; i--) this.note(...(rows[i] as readonly [string, number]));
  }

  /**
   * Whether nothing of the tag was invalidated after `seq`: until it was told so, and by the rows since then, as the
   * horizon has not moved beyond that.
   */
  private isToldOf(tag: string, seq: number): boolean {
    const told = this.told.get(tag);
    return told !== undefined && told.last <= seq && told.upTo >= this.horizon;
  }

  private noteTold(tag: string, last: number, upTo: number): void {
    const known = this.told.get(tag);
    if (known !== undefined && known.upTo >= upTo) return;
    this.told.delete(tag);
    this.told.set(tag, { last, upTo });
    const [oldest] = this.told.size > this.mostRows ? this.told.keys() : [];
    if (oldest !== undefined) this.told.delete(oldest);
  }

  private note(tag: string, seq: number): void {
    if ((this.rows.get(tag) ?? 0) >= seq) return;
    this.rows.delete(tag);
    this.rows.set(tag, seq);
    if (this.rows.size <= this.mostRows) return;
    const [oldest] = this.rows;
    if (oldest === undefined) return;
    this.rows.delete(oldest[0]);
    this.horizon = Math.max(this.horizon, oldest[1]);
  }
}
