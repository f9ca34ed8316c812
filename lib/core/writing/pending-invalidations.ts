import type { Generation } from '../../contracts/generation-store.js';
import { CasTimeoutError } from '../../errors.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { PendingStats } from '../../contracts/stats.js';
import type { Reporter } from '../support/reporter.js';
import { attempt } from '../../common/attempt.js';
import { withTimeout } from '../support/with-timeout.js';

/** What is owed of one kind: of keys, or of tags. */
export type OwedStats = Omit<PendingStats, 'tags'>;

/** Hears of faults, and that something is owed, or is not owed any more. */
export interface PendingReporter extends Pick<Reporter, 'fault'> {
  pending(): void;
}

/** @param tags `undefined` in a namespace without */
export function owedInAll({ keys, oldestMs, wholeNamespace }: OwedStats, tags: OwedStats | undefined): PendingStats {
  if (tags === undefined) return { keys, tags: 0, oldestMs, wholeNamespace };
  return {
    keys,
    tags: tags.keys,
    oldestMs: Math.max(oldestMs, tags.oldestMs),
    wholeNamespace: wholeNamespace || tags.wholeNamespace,
  };
}

export function unlandedInAll(keys: Unlanded, tags: Unlanded = { failed: 0, cleared: true }): Unlanded {
  const failed = keys.failed === undefined || tags.failed === undefined ? undefined : keys.failed + tags.failed;
  return { failed, cleared: keys.cleared && tags.cleared };
}

/** How a failed invalidation is made up for. */
export interface Repair {
  /** Never rejects, and answers within a deadline: the new generation of each key, or why there is none. */
  invalidate(keys: readonly string[]): Promise<readonly (Generation | Error)[]>;
  /** Ends every generation of the namespace. */
  clear(): Promise<void>;
}

/** Beyond this many the namespace as a whole is held back: forgetting a key would mean serving it stale. */
const MOST_KEYS = 10_000;
/** The most keys of one request. */
const KEYS_AT_ONCE = 500;
const FIRST_DELAY_MS = 50;
/** Lands within this time of the store's recovery. */
const LONGEST_DELAY_MS = 250;

/** A clear visits every key, so it may take much longer than an operation on one. */
export const LONGEST_CLEAR_MS = 60_000;

interface Failure {
  /** Which failure of this process it was. A repair that began earlier does not vouch for it. */
  readonly number: number;
  readonly since: number;
}

/** What has not landed when a cache closes. */
export interface Unlanded {
  /**
   * How many keys and tags; `undefined` when they were too many to be remembered. Those that a clear covers are not
   * counted.
   */
  readonly failed: number | undefined;
  /** Whether no clear of the namespace is owed. */
  readonly cleared: boolean;
}

/**
 * Keys whose invalidation failed. What the store holds of them may be old and current at once, so this process serves
 * them from the source, and repeats the invalidation until it lands or the process ends.
 */
export class PendingInvalidations {
  private readonly failures = new Map<string, Failure>();
  private all: Failure | undefined;
  /** Of `all`: whether a clear failed, and not only more invalidations than are remembered. */
  private owesClear = false;
  private count = 0;
  private vain = 0;
  private scheduled = false;
  private attempting = false;
  private again = false;
  private closed = false;

  constructor(
    private readonly repair: Repair,
    private readonly reporter: PendingReporter,
    private readonly timers: Timers = SYSTEM_TIMERS,
    private readonly mostKeys = MOST_KEYS,
  ) {}

  /** Whether what the cache holds under the key must not be used here. */
  holds(key: string): boolean {
    return this.all !== undefined || (this.failures.size > 0 && this.failures.has(key));
  }

  /** For how many milliseconds the key has been held. `undefined`: it is not. */
  heldFor(key: string): number | undefined {
    const failure = this.all ?? this.failures.get(key);
    return failure && this.timers.now() - failure.since;
  }

  /**
   * To be asked before an invalidation is sent, and handed to `landed` when it has landed: it makes up for the failures
   * before it. A write that came later has a failure of its own.
   */
  begin(): number {
    return this.count;
  }

  landed(keys: Iterable<string>, begun: number): void {
    const before = this.failures.size;
    for (const key of keys) if (!isAfter(this.failures.get(key), begun)) this.failures.delete(key);
    if (this.failures.size < before) this.report();
  }

  /** The whole namespace was cleared. */
  landedAll(begun: number): void {
    const before = this.all;
    if (!isAfter(this.all, begun)) this.all = undefined;
    this.owesClear &&= this.all !== undefined;
    this.landed([...this.failures.keys()], begun);
    if (this.all !== before) this.report();
  }

  failed(keys: readonly string[]): void {
    if (this.closed || keys.length === 0) return;
    const number = ++this.count;
    const now = this.timers.now();
    for (const key of keys) this.failures.set(key, { number, since: this.failures.get(key)?.since ?? now });
    if (this.all !== undefined || this.failures.size > this.mostKeys) this.holdAll(number, now);
    this.report();
    this.schedule();
  }

  /** The namespace could not be cleared. */
  failedAll(): void {
    if (this.closed) return;
    this.owesClear = true;
    this.holdAll(++this.count, this.timers.now());
    this.report();
    this.schedule();
  }

  owed(): Unlanded {
    if (this.owesClear) return { failed: 0, cleared: false };
    return { failed: this.all === undefined ? this.failures.size : undefined, cleared: true };
  }

  stats(): OwedStats {
    const [oldest] = this.all === undefined ? this.failures.values() : [this.all];
    return {
      keys: this.failures.size,
      oldestMs: oldest === undefined ? 0 : this.timers.now() - oldest.since,
      wholeNamespace: this.all !== undefined,
    };
  }

  /** The store has recovered: what is owed need not wait for its turn. */
  hurry(): void {
    this.vain = 0;
    // An attempt that is under way may have begun before the recovery.
    this.again = this.attempting;
    if (!this.closed && this.any) void this.attemptOnce();
  }

  /** Gives what is left a last chance. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.any) await this.attempt();
  }

  private holdAll(number: number, now: number): void {
    this.all = { number, since: now - this.stats().oldestMs };
    this.failures.clear();
  }

  /** Whether any key is held. */
  get any(): boolean {
    return this.all !== undefined || this.failures.size > 0;
  }

  private schedule(): void {
    if (this.scheduled || this.closed || !this.any) return;
    this.scheduled = true;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.vain, LONGEST_DELAY_MS);
    this.timers.set(() => void this.next(), delay).unref();
  }

  private async next(): Promise<void> {
    if (!this.closed) await this.attemptOnce();
    this.scheduled = false;
    this.schedule();
  }

  private async attemptOnce(): Promise<void> {
    if (this.attempting) return;
    this.attempting = true;
    do {
      this.again = false;
      await this.attempt();
    } while (this.again && this.any && !this.closed);
    this.attempting = false;
  }

  /** Within one deadline, however many they are. */
  private async attempt(): Promise<void> {
    const before = this.failures.size;
    const begun = this.begin();
    if (this.all !== undefined) {
      const cleared = await attempt(() => this.clearInTime());
      if (cleared instanceof Error) this.reporter.fault('clear', undefined, cleared);
      else this.landedAll(begun);
    } else {
      const keys = [...this.failures.keys()];
      const results = (await Promise.all(chunks(keys).map((some) => this.repair.invalidate(some)))).flat();
      const landed = keys.filter((_, i) => typeof results[i] === 'number');
      this.landed(landed, begun);
    }
    this.vain = this.failures.size < before || !this.any ? 0 : this.vain + 1;
  }

  /** A clear that hangs must not end the retries. What it does later is welcome, but counts for nothing. */
  private async clearInTime(): Promise<void> {
    const bound = { inBackground: true };
    if ((await withTimeout(this.repair.clear(), LONGEST_CLEAR_MS, this.timers, bound)) !== 'late') return;
    throw new CasTimeoutError(`The namespace was not cleared within ${LONGEST_CLEAR_MS} ms. Look at the stores.`);
  }

  private report(): void {
    this.reporter.pending();
  }
}

function isAfter(failure: Failure | undefined, begun: number): boolean {
  return failure !== undefined && failure.number > begun;
}

function chunks(keys: readonly string[]): string[][] {
  const count = Math.ceil(keys.length / KEYS_AT_ONCE);
  return Array.from({ length: count }, (_, i) => keys.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE));
}
