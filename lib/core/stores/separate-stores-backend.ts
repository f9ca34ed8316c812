import type { Awaitable } from '../../contracts/awaitable.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { SetOutcome, UnusableReason } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { CasProvider } from '../../contracts/provider.js';
import type { Follower } from '../../contracts/follower.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { CheckedEntry, ParsedEntry, Proof } from './checked-entry.js';
import { allChecked, EntryCheck } from './entry-check.js';
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
import { KeyGenerations } from './key-generations.js';
import { NextCopy } from './next-copy.js';
import type { Reporter } from '../support/reporter.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
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
  private readonly generations: KeyGenerations;
  readonly entryKey: (key: string) => string;
  private readonly provider: CasProvider<S>;
  private readonly store: GenerationStore;
  private readonly reporter: Reporter;
  private readonly keys: NamespaceKeys;
  readonly lease: NearLease | undefined;
  private readonly tags: NamespaceTags | undefined;
  readonly readLocal: ((key: string) => ReadResult<V> | undefined) | undefined;

  constructor(
    { provider, generations: store }: EntryStores<S>,
    private readonly format: EntryFormat<V, S, P>,
    { reporter, keys, limits, freshness, lease, tags }: BackendEnvironment,
    weigh?: Weigh<S>,
  ) {
    this.provider = provider;
    this.store = store;
    this.reporter = reporter;
    this.keys = keys;
    this.lease = lease;
    this.tags = tags;
    this.synchronous = provider.reach === 'process' && store.reach === 'process';
    const entries = scopedEntries(provider, keys, limits, reporter);
    ({ store: this.entries, nameOf: this.entryKey } = entries);
    this.writer = new EntryWriter(entries, format, keys, reporter, weigh);
    this.generations = new KeyGenerations(scopedGenerations(store, keys, reporter), reporter);
    this.copies = new NextCopy(this.entries, this.entryKey, (key, copy) => this.examine(key, copy), reporter);
    const remove = (key: string, reason: UnusableReason): Awaitable<unknown> =>
      this.copies.replaces(reason) ? undefined : this.entries.delete(this.entryKey(key));
    this.check = new EntryCheck(format, reporter, freshness, remove, tags);
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
    const seen = present.items.length > 0 ? this.tags?.ask() : undefined;
    const [readings, clock] = await Promise.all([this.currentMany(present.items), seen]);
    const judging = present.putBack<GenerationReading | Error | Miss, CheckResult<P> | Promise<CheckResult<P>>>(
      readings,
      (reading, key, i) => this.judge(key, found[i] as ParsedEntry<P>, reading, clock),
      (_, i) => found[i] as Miss,
    );
    const judged = await allChecked(judging);
    for (const each of judged) provenBy(asked, each, clock);
    if (!this.copies.any) return judged;
    return Promise.all(judged.map(async (each, i) => this.copies.after(keys[i] as string, entries[i], each)));
  }

  prepare(key: string, value: V): P {
    return this.format.prepare(key, value);
  }

  async fill(item: FillItem<P>, ttlMs: number, patience?: FillPatience): Promise<SetOutcome> {
    try {
      if (!(await this.generations.extend(item, ttlMs, patience))) return 'stale';
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
    const outcomes = await this.generations.extendMany(items, ttlMs, patience);
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
      (all) => this.generations.bump(all, follower),
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
    const clock = this.tags?.ask();
    let reading: Awaitable<GenerationReading>;
    try {
      reading = this.generations.current(key);
    } catch (cause) {
      return this.judgeUnread(key, opened, cause);
    }
    if (isPending(clock)) return this.judgeAtClock(key, opened, reading, clock, asked);
    if (isPending(reading)) return this.judgeLater(key, opened, reading, asked);
    return this.check.judge(key, opened, reading, clock);
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
      (current) => {
        const found = this.check.judge(key, opened, current, undefined);
        return isPromise(found) ? found : provenBy(asked, found, undefined);
      },
      (cause: unknown) => this.judgeUnread(key, opened, cause),
    );
  }

  /** Both were asked for in one tick, and need not be of one moment. */
  private async judgeAtClock(
    key: string,
    opened: ParsedEntry<P>,
    reading: Awaitable<GenerationReading>,
    seen: PromiseLike<TagClock | undefined>,
    asked: Proof | undefined,
  ): Promise<CheckResult<P>> {
    const [current, clock] = await Promise.all([attempt(() => reading), seen]);
    const judging = this.judge(key, opened, current, clock);
    if (asked === undefined) return judging;
    return provenBy(asked, await judging, clock);
  }

  private judge(
    key: string,
    opened: ParsedEntry<P>,
    reading: GenerationReading | Error | Miss | undefined,
    clock: TagClock | undefined,
  ): CheckResult<P> | Promise<CheckResult<P>> {
    if (reading instanceof Miss) return reading;
    return typeof reading === 'number'
      ? this.check.judge(key, opened, reading, clock)
      : this.judgeUnread(key, opened, reading);
  }

  /** Of a key without a generation the tags say nothing. */
  private judgeUnread(key: string, opened: ParsedEntry<P>, cause: unknown): CheckResult<P> | Promise<CheckResult<P>> {
    const reading = this.check.unread(key, cause);
    return reading instanceof Miss ? reading : this.check.judge(key, opened, reading, undefined);
  }

  private async currentMany(keys: readonly string[]): Promise<readonly (GenerationReading | Error | Miss)[]> {
    if (keys.length === 0) return [];
    try {
      return await this.generations.currentMany(keys);
    } catch (cause) {
      this.check.unread(undefined, cause);
      return keys.map(() => MISS_UNAVAILABLE);
    }
  }

  private providerFault(key: string | undefined, cause: unknown): Miss {
    this.reporter.fault('get', key, cause);
    return MISS_UNREADABLE;
  }
}
