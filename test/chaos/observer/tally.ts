import { setTimeout as pause } from 'node:timers/promises';
import type { Contender } from '../app/protocol.js';
import { CONTENDERS } from '../app/protocol.js';
import type { Stale } from './judge.js';

/** What happened to one contender. */
export interface Count {
  reads: number;
  hits: number;
  acknowledged: number;
  unannounced: number;
  refused: number;
  stale: number;
}

export interface StaleRead extends Stale {
  readonly during: string;
}

/** Everything that a run counts. */
export class Tally {
  /** The fault that was injected last. */
  during = 'no fault yet';
  /** Stale reads of ours, with all that is known of them. */
  readonly stale: StaleRead[] = [];
  readonly errors: string[] = [];
  /** Reads and writes whose replica ended before it answered. */
  lost = 0;
  lostIntents = 0;
  /**
   * The longest that a write took which others' leases may have held up, in milliseconds, since it was last looked at.
   */
  longestLeased = 0;
  /** Old values within the time for which that is documented. */
  excused = 0;
  /** Entries that a replica could make nothing of, and deleted. */
  unreadable = 0;
  /**
   * Times at which a replica had failed invalidations, and how long the oldest of them took to land, in milliseconds.
   */
  readonly landedMs: number[] = [];
  /** How often a replica ended while it owed some. */
  diedOwing = 0;
  private readonly counts = new Map<Contender, Count>(
    CONTENDERS.map((contender) => [
      contender,
      { reads: 0, hits: 0, acknowledged: 0, unannounced: 0, refused: 0, stale: 0 },
    ]),
  );
  private readonly owing = new Map<string, number>();

  count(contender: Contender): Count {
    return this.counts.get(contender) as Count;
  }

  /** Of several contenders together. */
  sum(contenders: readonly Contender[], what: keyof Count): number {
    return contenders.reduce((sum, contender) => sum + this.count(contender)[what], 0);
  }

  sawStale(stale: Stale): void {
    if (stale.contender !== 'cache-aside') this.stale.push({ ...stale, during: this.during });
  }

  /** @param owner the contender of a replica that has `keys` failed invalidations now, the oldest for `oldestMs` */
  owes(owner: string, keys: number, oldestMs: number): void {
    const since = this.owing.get(owner);
    if (keys > 0 && since === undefined) this.owing.set(owner, performance.now() - oldestMs);
    if (keys > 0 || since === undefined) return;
    this.owing.delete(owner);
    this.landedMs.push(performance.now() - since);
  }

  /** How many contenders, of all replicas, owe invalidations now. */
  get owed(): number {
    return this.owing.size;
  }

  /** How long it takes until nobody owes anything. `undefined`: longer than `ms`. */
  async allLanded(ms: number): Promise<number | undefined> {
    const begun = performance.now();
    for (; this.owed > 0; await pause(5)) if (performance.now() - begun > ms) return undefined;
    return performance.now() - begun;
  }

  /** The replica ended, and owes nothing any more. */
  forget(replica: number): void {
    for (const owner of this.owing.keys()) {
      if (owner.startsWith(`${replica}/`) && this.owing.delete(owner)) this.diedOwing++;
    }
  }
}
