import { Random } from '../../../chaos/random.js';
import { Zipf } from './zipf.js';

export interface LoadPlan {
  readonly seed: number;
  /** Rows in the table, numbered from 1. */
  readonly rows: number;
  /** Of the zipf distribution of rows. */
  readonly exponent: number;
  /** Requests a second of one process, and the share of them that write. */
  readonly rate: number;
  readonly writes: number;
  /**
   * At the beginning, when code that has rested is slower than it is in a service: its calls are made, and not
   * measured.
   */
  readonly leadInMs: number;
  readonly measuredMs: number;
}

/** One process's calls in the order of the moments at which they are due. */
export interface Schedule {
  readonly length: number;
  /** Microseconds from the beginning. */
  readonly due: Float64Array;
  readonly row: Uint32Array;
  readonly isWrite: Uint8Array;
}

/** The same for the same seed: every contender gets the same calls at the same moments (a Poisson process). */
export function schedule(plan: LoadPlan, replica: number): Schedule {
  const random = new Random(plan.seed * 1_000 + replica);
  const zipf = new Zipf(plan.rows, plan.exponent);
  const end = (plan.leadInMs + plan.measuredMs) * 1e3;
  const calls: { due: number; row: number; isWrite: boolean }[] = [];
  for (let due = 0; ;) {
    due += (-Math.log(1 - random.next()) / plan.rate) * 1e6;
    if (due >= end) break;
    calls.push({ due, row: 1 + zipf.draw(random), isWrite: random.chance(plan.writes) });
  }
  return {
    length: calls.length,
    due: Float64Array.from(calls, ({ due }) => due),
    row: Uint32Array.from(calls, ({ row }) => row),
    isWrite: Uint8Array.from(calls, ({ isWrite }) => Number(isWrite)),
  };
}
