// What the observer and a process of the service say to each other, as JSON.
import type { Contender } from './contenders.js';
import type { LoadPlan } from './load/schedule.js';

export interface ServiceSettings {
  readonly contender: Contender;
  readonly replica: number;
  readonly databaseUrl: string;
  /** The contender's own table. */
  readonly table: string;
  readonly rows: number;
  readonly redisPort: number;
  /** Of the delays of its reads. */
  readonly seed: number;
}

/**
 * `warm`: read every row, several times. `run`: a load, from a moment of the shared clock on. `close`: end by yourself.
 */
export type Request =
  | { readonly op: 'warm' }
  | { readonly op: 'run'; readonly plan: LoadPlan; readonly at: number }
  | { readonly op: 'close' };

/**
 * What one process has seen of one load, a list a property; times and durations in microseconds of the shared clock.
 */
export interface Log {
  /** Measured ones, in the order of their answers. */
  readonly reads: {
    readonly row: number[];
    readonly version: number[];
    readonly begun: number[];
    readonly took: number[];
  };
  /** All that were acknowledged: their versions, and when the writer knew that they were. */
  readonly writes: { readonly row: number[]; readonly version: number[]; readonly acknowledged: number[] };
  /** How late the calls were begun: the same for every contender, or the load was not. */
  readonly late: number[];
  /**
   * In the measured part: acknowledged writes, rows that reads had the database look up, processor time in
   * microseconds.
   */
  readonly measured: { readonly writes: number; readonly selects: number; readonly cpu: number };
  /** Calls that failed, and why. */
  readonly failures: readonly string[];
}

export type Reply =
  | { readonly re: 'ready' }
  | { readonly re: 'warm' }
  | { readonly re: 'done'; readonly log: Log }
  | { readonly re: 'error'; readonly message: string };
