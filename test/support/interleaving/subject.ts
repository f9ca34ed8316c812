import type { LoadManyOptions, LoadOptions } from '../../../lib/core/options/load-options.js';
import type { CasCacheStats } from '../../../lib/contracts/stats.js';
import type { Row } from './database.js';
import type { ProcessTimers } from './process-timers.js';
import type { RowRepository } from './row-repository.js';

/** A cache as the actors use it: ours, or another to compare with. */
export interface Subject {
  /** What is cached, or what `load` answers. */
  read(key: string, load: () => Promise<Row>, options?: LoadOptions<Row>): Promise<Row>;
  /** What is cached. */
  peek(key: string): Promise<Row | undefined>;
  peekMany(keys: readonly string[]): Promise<readonly Row[]>;
  readMany(keys: readonly string[], load: (missing: readonly string[]) => Promise<Row[]>): Promise<readonly Row[]>;
  /** As `read`, for many keys with one load. */
  loadMany?(
    keys: readonly string[],
    load: (missing: readonly string[]) => Promise<Row[]>,
    options?: LoadManyOptions<Row>,
  ): Promise<readonly Row[]>;
  invalidate(keys: readonly string[]): Promise<void>;
  /** @param prefix what the keys of a partition begin with; without it, all is cleared */
  clear(prefix?: string): Promise<void>;
  /** Only of a cache with tags. */
  invalidateTags?(tags: readonly string[]): Promise<void>;
  /** Observes, loads, and stores by hand what was loaded, with tags. */
  store?(key: string, load: () => Promise<Row>, tags: readonly string[]): Promise<Row>;
  /** Runs `write` with the keys closed to readers. */
  write?<T>(keys: readonly string[], write: () => Promise<T>): Promise<T>;
  /** Lets invalidations within `work` wait for its end. */
  transaction?<T>(work: () => Promise<T>): Promise<T>;
  /** What a write throws when the answer to its commit was lost. */
  commitUnknown?(): Error;
  /** Calls back once, when no invalidation is owed any more that failed before. */
  whenLanded?(call: () => void): void;
  /** The same cache behind decorated methods. */
  readonly rows?: RowRepository;
  readonly timers?: ProcessTimers;
  stats?(): CasCacheStats;
}
