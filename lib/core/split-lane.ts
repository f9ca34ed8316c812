import type { Awaitable } from '../contracts/awaitable.js';
import type { Generation, GenerationReading, GenerationStore } from '../contracts/generation-store.js';
import type { SetOutcome } from '../contracts/outcomes.js';
import type { CasProvider } from '../contracts/provider.js';
import { singlePrefix } from '../keys/storage-keys.js';
import { EntryCheck } from './entry-check.js';
import type { EntryFormat, Opened } from './entry-format.js';
import type { Freshness } from './freshness.js';
import type { BackingLane, FillItem, Found, Located, TellBumps } from './lane.js';
import { Miss, MISS_ABSENT, MISS_UNAVAILABLE, MISS_UNREADABLE } from './miss.js';
import type { ResolvedNamespaceOptions } from './options.js';
import { OtherCopies } from './other-copies.js';
import type { Reporter } from './reporter.js';
import { clearBoth, freeEntries, invalidateBoth } from './both-halves.js';
import { isPending, isPromise, settle } from './thenable.js';

/** The weight of an entry, where the user has an opinion. */
export type Weigh<S> = (storageKey: string, entry: S, isBulk?: boolean, members?: number) => number | undefined;

/**
 * A provider and a generation store that know nothing of each other: an entry is read first, then the generation that
 * has to be current for it. With both in process, a read is synchronous.
 */
export class SplitLane<V, S, P> implements BackingLane<V, P> {
  readonly synchronous: boolean;
  private readonly check: EntryCheck<V, S, P>;
  private readonly copies: OtherCopies<S, Opened<P>>;
  private readonly prefix: string;
  private readonly entries: CasProvider<S>;
  private readonly eras: GenerationStore;
  private readonly entryKey: (key: string) => string;
  private readonly eraKey: (key: string) => string;

  constructor(
    private readonly provider: CasProvider<S>,
    private readonly generations: GenerationStore,
    private readonly format: EntryFormat<V, S, P>,
    private readonly reporter: Reporter,
    options: ResolvedNamespaceOptions,
    freshness: Freshness,
    private readonly weigh?: Weigh<S>,
  ) {
    this.prefix = singlePrefix(options.namespace);
    this.synchronous = provider.reach === 'process' && generations.reach === 'process';
    const [entries, eras] = [provider.scope?.(this.prefix, options), generations.scope?.(this.prefix)];
    const own = (key: string): string => key;
    const whole = (key: string): string => this.prefix + key;
    this.entries = entries ?? provider;
    this.entryKey = entries === undefined ? whole : own;
    this.eras = eras ?? generations;
    this.eraKey = eras === undefined ? whole : own;
    this.copies = new OtherCopies(this.entries, this.entryKey, (key, copy) => this.examine(key, copy), reporter);
    this.check = new EntryCheck(format, reporter, freshness, (key, reason) =>
      this.copies.replaces(reason) ? undefined : this.entries.delete(this.entryKey(key)),
    );
  }

  read(key: string): Found<V> | Promise<Found<V>> {
    const located = this.locate(key);
    return isPromise(located) ? this.valueLater(key, located) : this.value(key, located);
  }

  locate(key: string): Located<P> | Promise<Located<P>> {
    let entry: Awaitable<S | undefined>;
    try {
      entry = this.entries.get(this.entryKey(key));
    } catch (cause) {
      return this.providerFault('get', key, cause);
    }
    return isPending(entry) ? this.locateLater(key, entry) : this.inspect(key, entry);
  }

  value(key: string, found: Located<P>): Found<V> {
    return found instanceof Miss ? found : this.check.value(key, found);
  }

  async readMany(keys: readonly string[]): Promise<readonly Found<V>[]> {
    const located = await this.locateMany(keys);
    return located.map((found, i) => this.value(keys[i] as string, found));
  }

  async locateMany(keys: readonly string[]): Promise<readonly Located<P>[]> {
    let entries: readonly (S | undefined | Error)[];
    try {
      entries = await this.entries.getMany(keys.map(this.entryKey));
    } catch (cause) {
      const unreadable = this.providerFault('get', undefined, cause);
      return keys.map(() => unreadable);
    }
    const found = keys.map((key, i) => {
      const entry = entries[i];
      if (entry === undefined) return MISS_ABSENT;
      return entry instanceof Error ? this.providerFault('get', key, entry) : this.check.open(key, entry);
    });
    const present = keys.filter((_, i) => !(found[i] instanceof Miss));
    const readings = await this.currentMany(present);
    let next = 0;
    const judged = keys.map((key, i) => {
      const opened = found[i] as Located<P>;
      return opened instanceof Miss ? opened : this.judge(key, opened, readings[next++]);
    });
    if (!this.copies.any) return judged;
    return Promise.all(judged.map(async (each, i) => this.copies.after(keys[i] as string, entries[i], each)));
  }

  prepare(key: string, value: V): P {
    return this.format.prepare(key, value);
  }

  async fill(item: FillItem<P>, ttlMs: number): Promise<SetOutcome> {
    try {
      if (!(await this.eras.extend(this.eraKey(item.key), item.observed, ttlMs))) return 'stale';
    } catch (cause) {
      this.reporter.fault('set', item.key, cause);
      return 'unavailable';
    }
    return this.put(item, ttlMs);
  }

  /**
   * Stores the entry without asking whether its generation is current. Safe, as is a bump between the question in `fill`
   * and this write: an entry of an old generation is one that no read accepts.
   */
  async put({ key, observed, prepared, stamp }: FillItem<P>, ttlMs: number): Promise<SetOutcome> {
    try {
      const entry = this.format.seal(observed, prepared, stamp);
      const stored = await this.entries.set(this.entryKey(key), entry, {
        ttlMs,
        cost: this.weigh?.(this.prefix + key, entry),
      });
      return stored ? 'stored' : 'rejected';
    } catch (cause) {
      this.reporter.fault('set', key, cause);
      return 'rejected';
    }
  }

  async fillMany(items: readonly FillItem<P>[], ttlMs: number): Promise<readonly SetOutcome[]> {
    const outcomes = await this.match(items, ttlMs);
    const current = items.filter((_, i) => outcomes[i] === 'stored');
    const entries = current.map(({ key, observed, prepared, stamp }) => {
      const entry = this.format.seal(observed, prepared, stamp);
      return { key: this.entryKey(key), entry, cost: this.weigh?.(this.prefix + key, entry) };
    });
    let stored: readonly (boolean | Error)[];
    try {
      stored = await this.entries.setMany(entries, { ttlMs });
    } catch (cause) {
      this.reporter.fault('set', undefined, cause);
      stored = current.map(() => false);
    }
    let next = 0;
    return outcomes.map((outcome, i) => {
      if (outcome !== 'stored') return outcome;
      const answer = stored[next++];
      if (answer instanceof Error) this.reporter.fault('set', (items[i] as FillItem<P>).key, answer);
      return answer === true ? 'stored' : 'rejected';
    });
  }

  invalidate(keys: readonly string[], tell: TellBumps): Promise<readonly (Generation | Error)[]> {
    return invalidateBoth(
      keys,
      this.reporter,
      (all) => this.bump(all),
      (all) => this.drop(all),
      tell,
    );
  }

  async drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]> {
    return this.entries.deleteMany(keys.map(this.entryKey));
  }

  release(keys: readonly string[]): void {
    void settle(() => this.drop(keys));
  }

  /** Whether there may be an entry, valid or not. A provider that does not answer at once, or fails, has to be read to know. */
  holds(key: string): boolean {
    try {
      const entry = this.entries.get(this.entryKey(key));
      if (!isPending(entry)) return entry !== undefined;
      entry.then(undefined, () => undefined);
      return true;
    } catch {
      return true;
    }
  }

  clear(): Promise<void> {
    return clearBoth(
      () => this.generations.clear(this.prefix),
      () => this.free(),
    );
  }

  /** Removes the entries and leaves the eras alone. */
  free(): Promise<void> {
    return freeEntries(this.provider, this.reporter);
  }

  remainingTtl(key: string): Awaitable<number | undefined> {
    return this.entries.remainingTtl === undefined ? Infinity : this.entries.remainingTtl(this.entryKey(key));
  }

  private inspect(key: string, entry: S | undefined): Located<P> | Promise<Located<P>> {
    if (entry === undefined) return MISS_ABSENT;
    const examined = this.examine(key, entry);
    return this.copies.any ? this.copies.after(key, entry, examined) : examined;
  }

  private examine(key: string, entry: S): Located<P> | Promise<Located<P>> {
    const opened = this.check.open(key, entry);
    if (opened instanceof Miss) return opened;
    let reading: Awaitable<GenerationReading>;
    try {
      reading = this.eras.current(this.eraKey(key));
    } catch (cause) {
      return this.judgeUnread(key, opened, cause);
    }
    return isPending(reading) ? this.judgeLater(key, opened, reading) : this.check.judge(key, opened, reading);
  }

  // What does not answer at once is waited for out of line: a hit in process makes no closure.

  private locateLater(key: string, entry: PromiseLike<S | undefined>): Promise<Located<P>> {
    return Promise.resolve(entry).then(
      (found) => this.inspect(key, found),
      (cause: unknown) => this.providerFault('get', key, cause),
    );
  }

  private valueLater(key: string, located: Promise<Located<P>>): Promise<Found<V>> {
    return located.then((found) => this.value(key, found));
  }

  private judgeLater(key: string, opened: Opened<P>, reading: PromiseLike<GenerationReading>): Promise<Located<P>> {
    return Promise.resolve(reading).then(
      (current) => this.check.judge(key, opened, current),
      (cause: unknown) => this.judgeUnread(key, opened, cause),
    );
  }

  private judge(key: string, opened: Opened<P>, reading: GenerationReading | Error | Miss | undefined): Located<P> {
    if (reading instanceof Miss) return reading;
    return typeof reading === 'number'
      ? this.check.judge(key, opened, reading)
      : this.judgeUnread(key, opened, reading);
  }

  private judgeUnread(key: string, opened: Opened<P>, cause: unknown): Located<P> {
    const reading = this.check.unread(key, cause);
    return reading instanceof Miss ? reading : this.check.judge(key, opened, reading);
  }

  private async currentMany(keys: readonly string[]): Promise<readonly (GenerationReading | Error | Miss)[]> {
    if (keys.length === 0) return [];
    try {
      return await this.eras.currentMany(keys.map(this.eraKey));
    } catch (cause) {
      this.check.unread(undefined, cause);
      return keys.map(() => MISS_UNAVAILABLE);
    }
  }

  /** `'stored'` stands for "current, may be stored". */
  private async match(items: readonly FillItem<P>[], ttlMs: number): Promise<readonly SetOutcome[]> {
    let matches: readonly (boolean | Error)[];
    try {
      matches = await this.eras.extendMany(
        items.map(({ key, observed }) => ({ key: this.eraKey(key), generation: observed })),
        ttlMs,
      );
    } catch (cause) {
      this.reporter.fault('set', undefined, cause);
      return items.map(() => 'unavailable');
    }
    return items.map(({ key }, i) => {
      const match = matches[i];
      if (match instanceof Error) this.reporter.fault('set', key, match);
      return match === true ? 'stored' : match === false ? 'stale' : 'unavailable';
    });
  }

  private async bump(keys: readonly string[]): Promise<readonly (Generation | Error)[]> {
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) return [await this.eras.bump(this.eraKey(only))];
    return this.eras.bumpMany(keys.map(this.eraKey));
  }

  private providerFault(operation: 'get', key: string | undefined, cause: unknown): Miss {
    this.reporter.fault(operation, key, cause);
    return MISS_UNREADABLE;
  }
}
