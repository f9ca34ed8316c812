import type { Awaitable } from '../../contracts/awaitable.js';
import type { AtomicReading, AtomicStore, FillAnswer, PendingRead } from '../../contracts/atomic-store.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { Generation, GenerationStore } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { CasProvider } from '../../contracts/provider.js';
import type { Follower } from '../../contracts/follower.js';
import { CasTimeoutError, CasUnavailableError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { clearBoth, failure, freeEntries } from './bump-then-delete.js';
import { allChecked, EntryCheck } from './entry-check.js';
import { eraseEntries } from './erase-entries.js';
import type { EntryFormat } from './entry-format.js';
import type { BackendEnvironment, EntryStores } from './backend-environment.js';
import type { Bumped, CheckResult, EntryBackend, FillItem, OnBumped, ReadResult } from './backend.js';
import { Miss, MISS_UNAVAILABLE } from './miss.js';
import type { Guard } from '../support/guard.js';
import type { Reporter } from '../support/reporter.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import { RequestWaits } from './request-waits.js';
import type { RequestEnd } from './request-waits.js';
import { asError, attempt, isPromise } from '../../common/attempt.js';
import { Subset } from '../../common/subset.js';

/** One server for both entries and generations: each read, fill and invalidation of a key is one atomic round trip. */
export class AtomicBackend<V> implements EntryBackend<V, Uint8Array> {
  readonly synchronous = false;
  readonly keepsDeadline = true;
  private readonly check: EntryCheck<V, Uint8Array, Uint8Array>;

  private readonly provider: CasProvider<Uint8Array>;
  private readonly generations: GenerationStore;
  private readonly reporter: Reporter;
  private readonly keys: NamespaceKeys;
  private readonly guard: Guard;
  private readonly waits: RequestWaits;
  private readonly tags: NamespaceTags | undefined;

  constructor(
    private readonly store: AtomicStore,
    { provider, generations }: EntryStores<Uint8Array>,
    private readonly format: EntryFormat<V, Uint8Array, Uint8Array>,
    { reporter, keys, freshness, guard, tags }: BackendEnvironment,
    /** Asked for entries. */
    private readonly reads: Pick<AtomicStore, 'read' | 'readMany' | 'readTogether'> = store,
  ) {
    this.provider = provider;
    this.generations = generations;
    this.reporter = reporter;
    this.keys = keys;
    this.guard = guard;
    this.tags = tags;
    this.waits = new RequestWaits(guard);
    this.check = new EntryCheck(format, reporter, freshness, (key) => provider.delete(keys.value(key)), tags);
  }

  /**
   * Where reads travel together, each adds one promise to those of their request. Its callback runs in the caller's
   * async context, which the codec and the hooks may look at.
   */
  read(key: string): Promise<ReadResult<V>> {
    const clock = this.tags?.ask();
    const sent = this.sent(key);
    if (sent === undefined) {
      return this.inTime(
        key,
        this.ask(
          key,
          atClock(clock, (reading, now) => this.valueOf(key, reading, now)),
        ),
      );
    }
    return this.waits.endOf(sent).then(atClock(clock, (end, now) => this.received(key, sent, end, now)));
  }

  readOrIssue(key: string): Promise<ReadResult<V>> {
    const read = (name: string): Promise<AtomicReading> => this.store.readOrIssue?.(name) ?? this.reads.read(name);
    const make = atClock(this.tags?.ask(), (reading: AtomicReading, now) => {
      const { issued } = reading;
      const found = this.valueOf(key, reading, now);
      return isPromise(found) ? found.then((each) => withIssued(each, issued)) : withIssued(found, issued);
    });
    return this.inTime(key, this.ask(key, make, read));
  }

  isNew(key: string): boolean {
    try {
      return this.store.isNew?.(this.keys.value(key)) === true;
    } catch (cause) {
      this.reporter.fault('get', key, cause);
      return false;
    }
  }

  readEntry(key: string): Promise<CheckResult<Uint8Array>> {
    return this.ask(
      key,
      atClock(this.tags?.ask(), (reading: AtomicReading, now) => this.examine(key, reading, now)),
    );
  }

  decode(key: string, found: CheckResult<Uint8Array>): ReadResult<V> {
    return found instanceof Miss ? found : this.check.value(key, found);
  }

  async readMany(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const located = await this.readEntries(keys);
    return located.map((found, i) => this.decode(keys[i] as string, found));
  }

  async readEntries(keys: readonly string[]): Promise<readonly CheckResult<Uint8Array>[]> {
    const asked = this.tags?.ask();
    const readings = await attempt(() => this.reads.readMany(keys.map(this.keys.value)));
    if (readings instanceof Error) {
      this.fault(undefined, readings);
      return keys.map(() => MISS_UNAVAILABLE);
    }
    const clock = await asked;
    const examined = readings.map((reading, i) => {
      const key = keys[i] as string;
      return reading instanceof Error ? this.fault(key, reading) : this.examine(key, reading, clock);
    });
    return allChecked(examined);
  }

  prepare(key: string, value: V): Uint8Array {
    return this.format.prepare(key, value);
  }

  fill(item: FillItem<Uint8Array>, ttlMs: number, patience?: FillPatience): Promise<SetOutcome> {
    const { key, observed } = item;
    const failed = (cause: unknown): SetOutcome => this.outcome(key, asError(cause));
    try {
      const frame = this.format.seal(observed, item.prepared, item);
      const stored = this.store.fill(this.keys.value(key), observed, frame, ttlMs, patience);
      return stored.then((answer) => this.outcome(key, answer), failed);
    } catch (cause) {
      return Promise.resolve(failed(cause));
    }
  }

  async fillMany(
    items: readonly FillItem<Uint8Array>[],
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<readonly SetOutcome[]> {
    const frames = items.map((item) => ({
      key: this.keys.value(item.key),
      generation: item.observed,
      entry: this.format.seal(item.observed, item.prepared, item),
    }));
    const answers = await attempt(() => this.store.fillMany(frames, ttlMs, patience));
    if (answers instanceof Error) {
      const outcome = this.outcome(undefined, answers);
      return items.map(() => outcome);
    }
    return answers.map((answer, i) => this.outcome(items[i]?.key, answer));
  }

  async invalidate(keys: readonly string[], onBumped: OnBumped, follower?: Follower): Promise<Bumped> {
    const answers = await attempt(() => this.invalidateAtOnce(keys, follower));
    const results = answers instanceof Error ? keys.map(() => answers) : answers;
    onBumped(results);
    const failed = new Subset(keys, (_, i) => results[i] instanceof Error);
    if (failed.items.length === 0) return results;
    // The step failed, but its second half alone is worth trying: an entry that is gone is not served.
    const dropped = await attempt(() => this.drop(failed.items));
    return failed.putBack<undefined | Error, Generation | Error>(
      dropped instanceof Error ? failed.items.map(() => dropped) : dropped,
      (deleteFault, _, i) => failure(results[i] as Error, deleteFault),
      (_, i) => results[i] as Generation,
    );
  }

  async drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]> {
    return this.provider.deleteMany(keys.map(this.keys.value));
  }

  /** Opening a key unlinks its entry, but for that of a version, of which the store of intents knows nothing. */
  dropInBackground(keys: readonly string[]): void {
    if (this.keys.valueVersion !== undefined) void attempt(() => this.drop(keys));
  }

  erase(keys: readonly string[]): Promise<void> {
    return eraseEntries(this.provider, this.keys, keys);
  }

  clear(prefix: string): Promise<void> {
    return clearBoth(
      () => this.generations.clear(this.keys.generation(prefix)),
      () => freeEntries(this.provider, this.keys, this.reporter, prefix),
    );
  }

  remainingTtl(key: string): Awaitable<number | undefined> {
    return this.provider.remainingTtl === undefined ? Infinity : this.provider.remainingTtl(this.keys.value(key));
  }

  /** The read on its way, where the store makes reads travel together. */
  private sent(key: string): PendingRead | undefined {
    try {
      return this.reads.readTogether?.(this.keys.value(key));
    } catch (cause) {
      this.reporter.fault('get', key, cause);
      return undefined;
    }
  }

  private inTime(key: string, read: Promise<ReadResult<V>>): Promise<ReadResult<V>> {
    return this.guard.within<ReadResult<V>>('get', key, read, () => MISS_UNAVAILABLE);
  }

  private received(
    key: string,
    sent: PendingRead,
    end: RequestEnd,
    clock: TagClock | undefined,
  ): ReadResult<V> | Promise<ReadResult<V>> {
    if (end === 'late') return this.fault(key, this.guard.timeout('get', key));
    try {
      return this.valueOf(key, sent.reading(), clock);
    } catch (cause) {
      return this.fault(key, cause);
    }
  }

  private valueOf(
    key: string,
    reading: AtomicReading,
    clock: TagClock | undefined,
  ): ReadResult<V> | Promise<ReadResult<V>> {
    const found = this.examine(key, reading, clock);
    return isPromise(found) ? found.then((each) => this.decode(key, each)) : this.decode(key, found);
  }

  /** One promise on top of the store's. */
  private ask<T>(
    key: string,
    make: (reading: AtomicReading) => T | Promise<T>,
    read = (name: string): Promise<AtomicReading> => this.reads.read(name),
  ): Promise<T | Miss> {
    try {
      return read(this.keys.value(key)).then(make, (cause: unknown) => this.fault(key, cause));
    } catch (cause) {
      return Promise.resolve(this.fault(key, cause));
    }
  }

  private examine(
    key: string,
    { entry, generation, remainingMs }: AtomicReading,
    clock: TagClock | undefined,
  ): CheckResult<Uint8Array> | Promise<CheckResult<Uint8Array>> {
    const reading = typeof generation === 'number' ? generation : this.check.unread(key, generation);
    if (reading instanceof Miss) return reading;
    if (entry === undefined) return new Miss('absent', reading).at(clock);
    const opened = this.check.open(key, entry);
    if (opened instanceof Miss) return new Miss(opened.reason, reading).at(clock);
    const found = remainingMs === undefined ? opened : { ...opened, remainingMs, clock };
    return this.check.judge(key, found, reading, clock);
  }

  private async invalidateAtOnce(keys: readonly string[], follower: Follower | undefined): Promise<Bumped> {
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) return [await this.store.invalidate(this.keys.value(only), follower)];
    return this.store.invalidateMany(keys.map(this.keys.value), follower);
  }

  private outcome(key: string | undefined, answer: FillAnswer | Error): SetOutcome {
    if (typeof answer === 'boolean') return answer ? 'stored' : 'stale';
    if (answer === 'unknown-frame') return 'rejected';
    this.reporter.fault('set', key, answer);
    // A server that cannot be reached has no generation to offer; one that answers with an error refused the entry.
    return answer instanceof CasUnavailableError || answer instanceof CasTimeoutError ? 'unavailable' : 'rejected';
  }

  private fault(key: string | undefined, cause: unknown): Miss {
    this.reporter.fault('get', key, cause);
    return MISS_UNAVAILABLE;
  }
}

/** A miss has with it what a snapshot in the same step has answered. */
function withIssued<V>(found: ReadResult<V>, issued: Generation | undefined): ReadResult<V> {
  return found instanceof Miss && issued !== undefined ? found.withSnapshot(issued) : found;
}

/** As `make`, once the clock of the tags is known too, which was asked for together: at once where there are none. */
function atClock<T, R>(
  clock: Awaitable<TagClock | undefined>,
  make: (answer: T, clock: TagClock | undefined) => R | Promise<R>,
): (answer: T) => R | Promise<R> {
  if (clock === undefined) return (answer) => make(answer, undefined);
  return async (answer) => make(answer, await clock);
}
