import type { ReadReply } from '../app/protocol.js';

/**
 * What the cache added to the time of the source, in milliseconds, in reads of ours that began while this was watching.
 */
export class ReadWatch {
  /** Of one row, before a breaker had opened. */
  readonly waiting: number[] = [];
  /** Of one row, while one was open. */
  readonly pastBreaker: number[] = [];
  /** Of several rows by hand: getBulk, snapshotGens and setBulkWithGens, each with a deadline of its own. */
  readonly many: number[] = [];
  /**
   * The longest that a replica was busy with other things meanwhile: it notices nothing earlier, no deadline either.
   */
  lagMs = 0;

  add(rows: number, { ms, sourceMs, lagMs, breakerOpen }: ReadReply): void {
    this.lagMs = Math.max(this.lagMs, lagMs);
    if (rows > 1) this.many.push(ms - sourceMs);
    else (breakerOpen ? this.pastBreaker : this.waiting).push(ms - sourceMs);
  }
}
