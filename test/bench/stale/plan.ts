import { REPLICAS } from './entry.js';
import type { LoadPlan } from './load/schedule.js';
import type { StaleOptions } from './options.js';

export const ROWS = 2_000;
/** Of zipf. */
export const EXPONENT = 1;
export const WRITES = 0.05;
/** Of a turn: what is not measured, because the processes have rested, and what is. */
export const LEAD_IN_MS = 1_000;
export const TURN_MS = 3_000;

/** How often each contender has its turn. */
export function rounds({ seconds }: StaleOptions): number {
  return Math.ceil((seconds * 1e3) / TURN_MS);
}

/** The load of a round: the same for every contender. */
export function planOf({ seed, rate }: StaleOptions, round: number): LoadPlan {
  return {
    seed: seed * 1_000 + round,
    rows: ROWS,
    exponent: EXPONENT,
    rate: rate / REPLICAS,
    writes: WRITES,
    leadInMs: LEAD_IN_MS,
    measuredMs: TURN_MS,
  };
}
