import type { Timers } from '../../common/timers.js';
import type { OperationTimer } from './operation-timer.js';
import type { Reporter } from './reporter.js';

/** What every part of one cache works with, besides its stores and options. */
export interface CacheEnvironment {
  readonly reporter: Reporter;
  readonly timers: Timers;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Names the holder of a lease, each differently, in letters and digits. */
  readonly tokens: () => string;
  /** Only where a hook asks how long the stores take. */
  readonly timer?: OperationTimer | undefined;
}
