import type { ReadReply } from '../app/protocol.js';

/** What the cache added to the time of the source, in reads that began while this was watching. */
export class ReadWatch {
  reads = 0;
  /** The longest, in milliseconds, of those that began before a breaker had opened, and while one was open. */
  longestMs = 0;
  longestPastBreakerMs = 0;
  pastBreaker = 0;
  /** Of several rows at once, by hand: getBulk, snapshotGens and setBulkWithGens, each with a deadline of its own. */
  longestOfManyMs = 0;
  /** The longest that a replica was busy with other things meanwhile: no timer rings earlier than that. */
  lagMs = 0;

  add(rows: number, { ms, sourceMs, lagMs, breakerOpen }: ReadReply): void {
    const added = ms - sourceMs;
    this.reads++;
    this.lagMs = Math.max(this.lagMs, lagMs);
    if (rows > 1) this.longestOfManyMs = Math.max(this.longestOfManyMs, added);
    else if (breakerOpen) {
      this.pastBreaker++;
      this.longestPastBreakerMs = Math.max(this.longestPastBreakerMs, added);
    } else this.longestMs = Math.max(this.longestMs, added);
  }
}
