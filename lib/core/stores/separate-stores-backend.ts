import type { Awaitable } from '../../contracts/awaitable.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { CasProvider } from '../../contracts/provider.js';
import type { Follower } from '../../contracts/read-leases.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { CheckedEntry, ParsedEntry, Proof } from './checked-entry.js';
import { EntryCheck } from './entry-check.js';
import { eraseEntries } from './erase-entries.js';
import { entryAtOnce } from './entry-at-once.js';
import type { EntryFormat } from './entry-format.js';
import { EntryWriter } from './entry-writer.js';
import type { BackendEnvironment, EntryStores } from './backend-environment.js';
import type { Bumped, CheckResult, EntryBackend, FillItem, OnBumped, ReadResult, Weigh } from './backend.js';
import { Miss, MISS_ABSENT, MISS_UNAVAILABLE, MISS_UNREADABLE } from './miss.js';
import { scopedEntries, scopedGenerations } from './scoped-stores.js';
import { provenBy } from './near-lease.js';
import type { NearLease } from './near-lease.js';
import { NextCopy } from './next-copy.js';
import type { Reporter } from '../support/reporter.js';
import { clearBoth, freeEntries, invalidateBoth } from './bump-then-delete.js';
import { isPending, isPromise, attempt } from '../../common/attempt.js';
import { Subset } from '../../common/subset.js';

/**
 * A provider and a generation store that know nothing of each other: an entry is read first, then the generation that
 * has to be current for it. With both in process, a read is synchronous.
 */
export class SeparateStoresBackend<V, S, P> implements EntryBackend<V, P> {
  readonly synchronous: boolean;
  private readonly check: EntryCheck<V, S, P>;
  private readonly writer: EntryWriter<S, P>;
  private readonly copies: NextCopy<S, CheckedEntry<P>>;
  readonly entries: CasProvider<S>;
  private readonly generations: GenerationStore;
  readonly entryKey: (key: string) => string;
  private readonly generationKey: (key: string) => string;
  private readonly provider: CasProvider<S>;
  private readonly store: GenerationStore;
  private readonly reporter: Reporter;
  private readonly keys: NamespaceKeys;
  readonly lease: NearLease | undefined;
  readonly readLocal: ((key: string) => ReadResult<V> | undefined) | undefined;

  constructor(
    { provider, generations: store }: EntryStores<S>,
    private readonly format: EntryFormat<V, S, P>,
    { reporter, keys, limits, freshness, lease }: BackendEnvironment,
    weigh?: Weigh<S>,
  ) {
    this.provider = provider;
    this.store = store;
    this.reporter = reporter;
    this.keys = keys;
    this.lease = lease;
    this.synchronous = provider.reach === 'process' && store.reach === 'process';
    const entries = scopedEntries(provider, keys, limits, reporter);
    ({ store: this.entries, nameOf: this.entryKey } = entries);
    this.writer = new EntryWriter(entries, format, keys, reporter, weigh);
    ({ store: this.generations, nameOf: this.generationKey } = scopedGenerations(store, keys, reporter));
    this.copies = new NextCopy(this.entries, this.entryKey, (key, copy) => this.examine(key, copy), reporter);
    this.check = new EntryCheck(format, reporter, freshness, (key, reason) =>
      this.copies.replaces(reason) ? undefined : this.entries.delete(this.entryKey(key)),
    );
    this.readLocal = lease && ((key) => lease.read(key, this.entries, this.entryKey(key), this.check));
  }

  read(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const located = this.readEntry(key);
    return isPromise(located) ? this.valueLater(key, located) : this.decode(key, located);
  }

  readEntry(key: string): CheckResult<P> | Promise<CheckResult<P>> {
    let entry: Awaitable<S | undefined>;
    try {
      entry = this.entries.get(this.entryKey(key));
    } catch (cause) {
      return this.providerFault(key, cause);
    }
    return isPending(entry) ? this.locateLater(key, entry) : this.inspect(key, entry);
  }

  decode(key: string, found: CheckResult<P>): ReadResult<V> {
    return found instanceof Miss ? found : this.check.value(key, found);
  }

  async readMany(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const located = await this.readEntries(keys);
    return located.map((found, i) => this.decode(keys[i] as string, found));
  }

  async readEntries(keys: readonly string[]): Promise<readonly CheckResult<P>[]> {
    let entries: readonly (S | undefined | Error)[];
    try {
      entries = await this.entries.getMany(keys.map(this.entryKey));
    } catch (cause) {
      const unreadable = this.providerFault(undefined, cause);
      return keys.map(() => unreadable);
    }
    const found = keys.map((key, i) => {
      const entry = entries[i];
      if (entry === undefined) return MISS_ABSENT;
      return entry instanceof Error ? this.providerFault(key, entry) : this.check.open(key, entry);
    });
    const present = new Subset(keys, (_, i) => !(found[i] instanceof Miss));
    const asked = this.lease?.ask();
    const readings = await this.currentMany(present.items);
    const judged = present.putBack<GenerationReading | Error | Miss, CheckResult<P>>(
      readings,
      (reading, key, i) => provenBy(asked, this.judge(key, found[i] as ParsedEntry<P>, reading)),
      (_, i) => found[i] as Miss,
    );
    if (!this.copies.any) return judged;
    return Promise.all(judged.map(async (each, i) => this.copies.after(keys[i] as string, entries[i], each)));
  }

  prepare(key: string, value: V): P {
    return this.format.prepare(key, value);
  }

  async fill(item: FillItem<P>, ttlMs: number, patience?: FillPatience): Promise<SetOutcome> {
    try {
      const { generations, generationKey } = this;
      if (!(await generations.extend(generationKey(item.key), item.observed, ttlMs, patience))) return 'stale';
    } catch (cause) {
      this.reporter.fault('set', item.key, cause);
      return 'unavailable';
    }
    // A bump between that question and this write is harmless: no read accepts an entry of an old generation.
    return this.writer.put(item, ttlMs);
  }

  /** Stores the entry without asking whether its generation is current: it was found to be so a moment ago. */
  put(item: FillItem<P>, ttlMs: number): Promise<SetOutcome> {
    return this.writer.put(item, ttlMs);
  }

  async fillMany(
    items: readonly FillItem<P>[],
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<readonly SetOutcome[]> {
    const outcomes = await this.match(items, ttlMs, patience);
    const current = new Subset(items, (_, i) => outcomes[i] === 'stored');
    return current.putBack<SetOutcome, SetOutcome>(
      await this.writer.putMany(current.items, ttlMs),
      (outcome) => outcome,
      (_, i) => outcomes[i] as SetOutcome,
    );
  }

  invalidate(keys: readonly string[], onBumped: OnBumped, follower?: Follower): Promise<Bumped> {
    return invalidateBoth(
      keys,
      this.reporter,
      (all) => this.bump(all, follower),
      (all) => this.drop(all),
      onBumped,
    );
  }

  async drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]> {
    return this.entries.deleteMany(keys.map(this.entryKey));
  }

  dropInBackground(keys: readonly string[]): void {
    void attempt(() => this.drop(keys));
  }

  /** Whether there may be an entry, valid or not: what does not answer at once has to be read to know. */
  holds(key: string): boolean {
    return entryAtOnce(this.entries, this.entryKey(key)) !== undefined;
  }

  erase(keys: readonly string[]): Promise<void> {
    return eraseEntries(this.provider, this.keys, keys);
  }

  clear(prefix: string): Promise<void> {
    return clearBoth(
      () => this.store.clear(this.keys.generation(prefix)),
      () => this.free(prefix),
    );
  }

  /** Removes the entries and leaves the generations alone. */
  free(prefix: string): Promise<void> {
    return freeEntries(this.provider, this.keys, this.reporter, prefix);
  }

  remainingTtl(key: string): Awaitable<number | undefined> {
    return this.entries.remainingTtl === undefined ? Infinity : this.entries.remainingTtl(this.entryKey(key));
  }

  private inspect(key: string, entry: S | undefined): CheckResult<P> | Promise<CheckResult<P>> {
    if (entry === undefined) return MISS_ABSENT;
    const examined = this.examine(key, entry);
    return this.copies.any ? this.copies.after(key, entry, examined) : examined;
  }

  private examine(key: string, entry: S): CheckResult<P> | Promise<CheckResult<P>> {
    const opened = this.check.open(key, entry);
    if (opened instanceof Miss) return opened;
    const asked = this.lease?.ask();
    let reading: Awaitable<GenerationReading>;
    try {
      reading = this.generations.current(this.generationKey(key));
    } catch (cause) {
      return this.judgeUnread(key, opened, cause);
    }
    return isPending(reading) ? this.judgeLater(key, opened, reading, asked) : this.check.judge(key, opened, reading);
  }

  // What does not answer at once is waited for out of line: a hit in process makes no closure.

  private locateLater(key: string, entry: PromiseLike<S | undefined>): Promise<CheckResult<P>> {
    return Promise.resolve(entry).then(
      (found) => this.inspect(key, found),
      (cause: unknown) => this.providerFault(key, cause),
    );
  }

  private valueLater(key: string, located: Promise<CheckResult<P>>): Promise<ReadResult<V>> {
    return located.then((found) => this.decode(key, found));
  }

  private judgeLater(
    key: string,
    opened: ParsedEntry<P>,
    reading: PromiseLike<GenerationReading>,
    asked: Proof | undefined,
  ): Promise<CheckResult<P>> {
    return Promise.resolve(reading).then(
      (current) => provenBy(asked, this.check.judge(key, opened, current)),
      (cause: unknown) => this.judgeUnread(key, opened, cause),
    );
  }

  private judge(
    key: string,
    opened: ParsedEntry<P>,
    reading: GenerationReading | Error | Miss | undefined,
  ): CheckResult<P> {
    if (reading instanceof Miss) return reading;
    return typeof reading === 'number'
      ? this.check.judge(key, opened, reading)
      : this.judgeUnread(key, opened, reading);
  }

  private judgeUnread(key: string, opened: ParsedEntry<P>, cause: unknown): CheckResult<P> {
    const reading = this.check.unread(key, cause);
    return reading instanceof Miss ? reading : this.check.judge(key, opened, reading);
  }

  private async currentMany(keys: readonly string[]): Promise<readonly (GenerationReading | Error | Miss)[]> {
    if (keys.length === 0) return [];
    try {
      return await this.generations.currentMany(keys.map(this.generationKey));
    } catch (cause) {
      this.check.unread(undefined, cause);
      return keys.map(() => MISS_UNAVAILABLE);
    }
  }

  /** `'stored'` stands for "current, may be stored". */
  private async match(
    items: readonly FillItem<P>[],
    ttlMs: number,
    patience: FillPatience | undefined,
  ): Promise<readonly SetOutcome[]> {
    let matches: readonly (boolean | Error)[];
    try {
      matches = await this.generations.extendMany(
        items.map(({ key, observed }) => ({ key: this.generationKey(key), generation: observed })),
        ttlMs,
        patience,
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

  private async bump(keys: readonly string[], follower: Follower | undefined): Promise<Bumped> {
    const [only] = keys.length === 1 ? keys : [];
    if (only === undefined) return this.generations.bumpMany(keys.map(this.generationKey), follower);
    return [await this.generations.bump(this.generationKey(only), follower)];
  }

  private providerFault(key: string | undefined, cause: unknown): Miss {
    this.reporter.fault('get', key, cause);
    return MISS_UNREADABLE;
  }
}
