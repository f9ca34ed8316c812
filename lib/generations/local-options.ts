import { FILL_DEADLINE_MS } from '../common/fill-deadline.js';
import { MOST_IN_A_MAP } from '../common/options/bounds.js';
import { callable, count, duration, elsewhere } from '../common/options/kinds.js';
import { Options, tellShort } from '../common/options/option.js';
import type { OptionTable } from '../common/options/option.js';
import { now, SYSTEM_TIMERS } from '../common/timers.js';
import type { TimerHandle } from '../common/timers.js';
import type { Ttl } from '../common/ttl.js';

const HOUR = 3_600_000;

/** Snapshots and bumps are promised to outlive a fill: a retention below this counts as this. Milliseconds. */
export const LEAST_RETENTION = FILL_DEADLINE_MS;

/** The timers that the sweep runs on. The defaults are Node's. */
export interface LocalTimers {
  setTimeout(run: () => void, ms: number): { unref?(): unknown };
  clearTimeout(timer: { unref?(): unknown }): void;
}

const DEFAULT_TIMERS: LocalTimers = {
  setTimeout: (run, ms) => SYSTEM_TIMERS.set(run, ms),
  clearTimeout: (timer) => void (timer as TimerHandle).close?.(),
};

export interface LocalGenerationStoreOptions {
  /**
   * Keys at most, 1 to 16,000,000, default 1,000,000. A key of 20 characters takes 130 to 150 bytes, so the default
   * takes up to 150 MB, and only in a process that meets a million keys within the retention. Keep it above the entries
   * of all caches on this store: an entry whose generation was dropped is a miss.
   */
  readonly maxKeys?: number | undefined;
  /**
   * Keys untouched for so long are dropped. Default `'30d'`. Less than a minute counts as a minute. `Infinity`: never.
   */
  readonly retention?: Ttl | undefined;
  /**
   * Milliseconds since the epoch, which generations are numbered by. It may stand still or jump: they stay unique.
   * Nothing else is counted by it. Default `Date.now`.
   */
  readonly clock?: (() => number) | undefined;
  /**
   * Milliseconds that only grow: leases of write intents and retention are counted by them, so that a system clock that
   * is set forward opens no key under its writer. Default: the platform's, which fake timers of a test do not move.
   */
  readonly monotonicClock?: (() => number) | undefined;
  readonly timers?: LocalTimers | undefined;
}

export interface LocalLimits {
  readonly maxKeys: number;
  /** How many whole epochs a key stays after the one that it was touched in. */
  readonly keptEpochs: number;
  /** The length of an epoch in milliseconds: as fine as time is told for keys. */
  readonly epochMs: number;
  readonly retention: number;
  readonly clock: () => number;
  readonly monotonicClock: () => number;
  readonly timers: LocalTimers;
}

const LOCAL = new Options({
  maxKeys: count(1_000_000, { most: MOST_IN_A_MAP }),
  retention: duration('30d', { endless: true }),
  clock: callable<() => number>(),
  monotonicClock: callable<() => number>(),
  timers: elsewhere<LocalTimers>(),
} satisfies OptionTable<LocalGenerationStoreOptions>);

/** @throws CasConfigError, CasTtlError for a bound that cannot be kept. */
export function resolveLocalOptions(options: LocalGenerationStoreOptions): LocalLimits {
  const owner = { name: (option: string) => `${option} of LocalGenerationStore`, onShort: tellShort };
  const { maxKeys, retentionMs, clock, monotonicClock, timers } = LOCAL.resolve(options, owner);
  const kept = Math.max(retentionMs, LEAST_RETENTION);
  const epochMs = Math.min(HOUR, kept / 24);
  return Object.freeze({
    maxKeys,
    retention: kept,
    epochMs,
    // One more for a touch that was told late in its epoch, one more because eviction sets a key back by one.
    keptEpochs: Math.ceil(kept / epochMs) + 2,
    clock: clock ?? (() => Date.now()),
    monotonicClock: monotonicClock ?? now,
    timers: timers ?? DEFAULT_TIMERS,
  });
}
