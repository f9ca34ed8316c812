import { CasUnavailableError } from '../../errors.js';
import { CasClearError } from '../../write-errors.js';
import { now, runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { RefusedCommandError } from '../scripts/refused-command.js';
import { isTryAgain, TooFewReplicasError } from '../scripts/redis-errors.js';

/** The usual deadline of an operation. */
const DEADLINE_MS = 250;
/** So much of the deadline is left for the answer why nothing could be done, which would be late otherwise. */
const ANSWER_MS = 20;
/** How long to wait at most before the next attempt, where no connection says that it is there. */
const PAUSE_MS = 50;

/**
 * Repeats what a lost connection, or a server that is not ready, kept from being carried out, for as long as its caller
 * waits.
 *
 * Only for what may be carried out twice, and later than its caller thinks: what ends a generation, settles or opens a
 * key, or compares a generation before it stores. A bump that comes twice issues once more; a read that came late would
 * be believed.
 */
export class Persistence {
  private told: number | undefined;
  private isClosed = false;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly timers: Timers) {}

  /** Callers wait for so long: the longest time told counts. */
  expect(ms: number): void {
    this.told = Math.max(this.told ?? 0, ms);
  }

  /** For how many milliseconds callers wait, where they said so. */
  get expected(): number | undefined {
    return this.told;
  }

  /** A connection is there, or its server is trusted now: what waits may try again. */
  readonly wake = (): void => {
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const resolve of woken) resolve();
  };

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  /**
   * What `again` comes to in the end, after an attempt that failed with `fault`.
   *
   * @param ms for so long from `begun` on, where it is not for as long as callers wait
   */
  async after<T>(fault: unknown, begun: number, again: () => Promise<T>, ms?: number): Promise<T> {
    for (let cause = fault; ;) {
      if (!(await this.mayTryAgain(cause, begun, ms))) throw cause;
      try {
        return await again();
      } catch (error) {
        cause = error;
      }
    }
  }

  /** As `after`, for many at once: those in whose place a fault stands are tried again together. */
  async afterMany<T>(
    outcomes: readonly (T | Error)[],
    begun: number,
    again: (places: readonly number[]) => Promise<readonly (T | Error)[]>,
    ms?: number,
  ): Promise<(T | Error)[]> {
    const results = [...outcomes];
    for (;;) {
      const lost = [...results.keys()].filter((place) => isPassing(results[place]));
      if (lost.length === 0 || !(await this.mayTryAgain(results[lost[0] as number], begun, ms))) return results;
      const answers = await again(lost);
      for (const [n, place] of lost.entries()) results[place] = answers[n] as T | Error;
    }
  }

  private async mayTryAgain(cause: unknown, begun: number, ms = this.told ?? DEADLINE_MS): Promise<boolean> {
    const left = ms - ANSWER_MS - (now() - begun);
    if (this.isClosed || left <= 0 || !isPassing(cause)) return false;
    await this.pause(Math.min(left, PAUSE_MS));
    return !this.isClosed;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = runAfter(this.timers, ms, () => done());
      const done = (): void => {
        this.waiting.delete(done);
        callOff();
        resolve();
      };
      this.waiting.add(done);
    });
  }
}

/** Whether the same may go well in a moment. A refusal for want of replicas has taken the time that there was. */
export function isPassing(fault: unknown): boolean {
  const reason = fault instanceof CasClearError ? fault.cause : fault;
  if (!(reason instanceof CasUnavailableError) || isTryAgain(reason)) return false;
  return !(reason.cause instanceof TooFewReplicasError || reason.cause instanceof RefusedCommandError);
}
