import type { Hit } from '../stores/hits.js';
import type { TimerHandle, Timers } from '../../common/timers.js';
import { callOff, withTimeout } from '../support/with-timeout.js';
import type { ReadResult } from '../stores/backend.js';
import { Miss } from '../stores/miss.js';
import { mayBeFilled } from './lease-result.js';
import type { HeldLease, LeaseResult } from './lease-result.js';

/** Neither fails; `undefined` stands for a fault. */
export interface LeaseSteps<V> {
  acquire(): Promise<boolean | undefined>;
  read(): Promise<ReadResult<V> | undefined>;
  enough(hit: V | Hit<V>): boolean;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/**
 * One wait for a lease, or for the fill of the replica that has it. Asks for the lease first and reads then: a replica
 * that gives a lease back has filled before, so that the next one finds that fill.
 */
export class LeaseWait<V> {
  private over = false;
  private held: HeldLease | undefined;
  private last: ReadResult<V> | undefined;
  private pausing: TimerHandle | undefined;

  constructor(
    private readonly steps: LeaseSteps<V>,
    private readonly lease: HeldLease,
    private readonly timers: Timers,
    private readonly random: () => number,
  ) {}

  /** @throws the signal's reason */
  async run(waitMs: number, signal: AbortSignal | undefined): Promise<LeaseResult<V>> {
    signal?.throwIfAborted();
    try {
      // The bound also ends what a store is late with.
      const outcome = await withTimeout(this.attempt(), waitMs, this.timers, { signal });
      return outcome === 'late' ? this.loadNow() : outcome.value;
    } catch (reason) {
      this.giveBack();
      throw reason;
    } finally {
      this.over = true;
      callOff(this.pausing);
    }
  }

  /** Answers nothing of interest once the wait is over. */
  private async attempt(): Promise<LeaseResult<V>> {
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(2 * ms, LONGEST_PAUSE_MS)) {
      const acquired = await this.steps.acquire();
      if (acquired === true) this.hold();
      if (acquired === undefined || this.over) break;
      const found = await this.steps.read();
      if (found === undefined || this.over) break;
      if (!(found instanceof Miss) && this.steps.enough(found)) {
        this.giveBack();
        return { found };
      }
      this.last = found;
      if (!mayBeFilled(found)) this.giveBack();
      if (acquired || !mayBeFilled(found)) break;
      await this.pause(ms);
    }
    return this.loadNow();
  }

  private loadNow(): LeaseResult<V> {
    return { lease: this.held, last: this.last };
  }

  private hold(): void {
    this.held = this.lease;
    // It came after the wait had ended, and no load is going to use it.
    if (this.over) this.giveBack();
  }

  private giveBack(): void {
    this.held?.release();
    this.held = undefined;
  }

  /**
   * Up to half as long again, so that replicas that began together do not ask together. Never ends when the wait does
   * before.
   */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.pausing = this.timers.set(resolve, Math.min(ms * (1 + this.random() / 2), LONGEST_PAUSE_MS));
    });
  }
}
