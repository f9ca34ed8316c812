// What the observer and a process of the service say to each other, as JSON.
import type { Contender } from './contenders.js';
import type { LoadPlan } from './load/schedule.js';

export interface ServiceSettings {
  readonly contender: Contender;
  readonly replica: number;
  readonly databaseUrl: string;
  readonly redisPort: number;
  readonly plan: LoadPlan;
}

/** `warm`: read every row once. `run`: the load, from a moment of the shared clock on. `close`: end by yourself. */
export type Request = { readonly op: 'warm' } | { readonly op: 'run'; readonly at: number } | { readonly op: 'close' };

/** What one process has seen, a list a property; times in microseconds of the shared clock, durations too. */
export interface Log {
  /** Reads that were due in the measured part, in the order of their answers. */
  readonly reads: {
    readonly row: number[];
    readonly version: number[];
    readonly begun: number[];
    readonly took: number[];
  };
  /** Every acknowledged write, of the part before too: its version, and when the writer knew that its readers do. */
  readonly writes: { readonly row: number[]; readonly version: number[]; readonly acknowledged: number[] };
  /** How late the calls were begun: the same for every contender, or the load was not. */
  readonly late: number[];
  /** In the measured part. */
  readonly measured: { readonly writes: number; readonly selects: number; readonly cpu: number };
  readonly failed: readonly string[];
  readonly failures: number;
}

export type Reply =
  | { readonly re: 'ready' }
  | { readonly re: 'warm' }
  | { readonly re: 'done'; readonly log: Log }
  | { readonly re: 'error'; readonly message: string };
