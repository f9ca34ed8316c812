import type { Generation } from '../../contracts/generation-store.js';
import type { SettledIntent } from '../../contracts/intent-store.js';
import type { Follower } from '../../contracts/follower.js';
import { CasClearError, CasClosedError, CasInvalidateError } from '../../write-errors.js';
import type { LocalChangeLog } from '../support/local-change-log.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import { Deadlines } from '../support/deadlines.js';
import type { Announcements } from './announcements.js';
import type { Guard } from '../support/guard.js';
import type { IntentCalls } from './intent-calls.js';
import type { Backend, OnBumped } from '../stores/backend.js';
import { inChunks } from '../support/in-chunks.js';
import { LaterWork } from './later-work.js';
import { LONGEST_CLEAR_MS, owedInAll, PendingInvalidations, unlandedInAll } from './pending-invalidations.js';
import { slowClear } from './slow-clear.js';
import type { Unlanded } from './pending-invalidations.js';
import type { OperationTimer } from '../support/operation-timer.js';
import type { PendingStats } from '../../contracts/stats.js';
import type { Reporter } from '../support/reporter.js';
import type { TagSet } from '../tags/namespace-tags.js';
import { attempt } from '../../common/attempt.js';
import { TagInvalidator } from './tag-invalidator.js';
import type { TagsOfWriters } from './tag-invalidator.js';
import { UnsettledTokens } from './unsettled-tokens.js';

/** What has to know of every write, besides the stores. */
export interface ToldOfWrites {
  readonly changes: LocalChangeLog;
  readonly announcements: Announcements;
  /** Only in a namespace with tags. */
  readonly tags?: TagsOfWriters | undefined;
}

/** Ends generations, and keeps account of those that could not be ended. */
export class Invalidator {
  readonly pending: PendingInvalidations;
  private readonly unsettled: UnsettledTokens;
  private readonly later: LaterWork;
  private readonly clearing: Deadlines;
  private readonly reporter: Reporter;
  private readonly timer: OperationTimer | undefined;
  private readonly tags: TagInvalidator | undefined;
  private closed = false;

  constructor(
    private readonly backend: Backend<unknown, unknown>,
    private readonly intents: IntentCalls,
    private readonly guard: Guard,
    private readonly told: ToldOfWrites,
    { reporter, timers, timer }: Pick<CacheEnvironment, 'reporter' | 'timers' | 'timer'>,
  ) {
    this.reporter = reporter;
    this.timer = timer;
    this.later = new LaterWork(timers);
    const repair = {
      invalidate: (keys: readonly string[]) => this.endAndTell(keys),
      // One that succeeds after its patience has run out made up for the failures before it all the same.
      clear: async () => {
        const begun = this.pending.begin();
        const begunTags = this.tags?.pending.begin() ?? 0;
        await this.clearAndTell('');
        this.pending.landedAll(begun);
        this.tags?.pending.landedAll(begunTags);
      },
    };
    this.clearing = new Deadlines(LONGEST_CLEAR_MS, timers);
    this.unsettled = new UnsettledTokens(intents, () => timers.now());
    const account = {
      fault: (...fault: Parameters<Reporter['fault']>) => reporter.fault(...fault),
      pending: () => reporter.pending(this.owed()),
    };
    this.pending = new PendingInvalidations(repair, account, timers);
    const environment = { reporter, timers, timer, told: account };
    this.tags = told.tags && new TagInvalidator(told.tags, guard, told, environment, repair.clear);
  }

  get owedTags(): TagSet | undefined {
    return this.tags?.owed;
  }

  /** What failed and has not landed yet. */
  owed(): PendingStats {
    return owedInAll(this.pending.stats(), this.tags?.pending.stats());
  }

  /** The stores have recovered. */
  hurry(): void {
    this.pending.hurry();
    this.tags?.pending.hurry();
  }

  /** Why nothing can be invalidated any more. */
  refusal(): CasClosedError | undefined {
    if (!this.closed) return undefined;
    const { namespace } = this.reporter;
    return new CasClosedError(`The cache "${namespace}" is closed: nothing was invalidated.`, { namespace });
  }

  /**
   * @param keys without duplicates
   * @throws CasInvalidateError with the cause for each key that failed, which is retried from now on
   */
  async invalidate(keys: readonly string[]): Promise<void> {
    const failures = await this.account(keys, () => this.endAndTell(keys));
    if (failures.size > 0) throw new CasInvalidateError(failures, { namespace: this.reporter.namespace });
  }

  get hasTags(): boolean {
    return this.tags !== undefined;
  }

  /**
   * @param tags without duplicates
   * @throws CasInvalidateError with the cause for each tag that failed, which is retried from now on
   */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    const { namespace } = this.reporter;
    const failedTags = await this.tags?.invalidate(tags, this.refusal());
    if (failedTags !== undefined && failedTags.size > 0)
      throw new CasInvalidateError(new Map(), { namespace, failedTags });
  }

  /**
   * Ends a write under an intent. A key that fails is an invalidation that failed: it is settled from the background.
   *
   * @param leaseMs how long the token may live from now on
   * @param isClosed whether the key has been closed to readers, and they were told, since before the write: then there
   *   is nothing that its end could take from them
   * @returns the cause for each key that failed, and the keys that were not closed to readers any more
   */
  async settle(
    keys: readonly string[],
    token: string,
    leaseMs: number,
    isClosed: (key: string) => boolean = () => true,
  ): Promise<{ failures: ReadonlyMap<string, unknown>; lost: readonly string[] }> {
    const lost: string[] = [];
    if (!this.intents.possible) return { failures: await this.account(keys, () => this.endAndTell(keys)), lost };
    const failures = await this.account(keys, async () => {
      const settle = (): Promise<readonly (SettledIntent | Error)[]> => this.intents.settle(keys, token);
      const isUntold = ({ held }: SettledIntent, i: number): boolean => !held || !isClosed(keys[i] as string);
      const answers = await this.told.announcements.tellEnded(keys, settle, isUntold);
      return answers.map((answer, i) => {
        if (answer instanceof Error) return answer;
        if (!answer.held) lost.push(keys[i] as string);
        return answer.generation;
      });
    });
    this.unsettled.add([...failures.keys()], token, leaseMs);
    return { failures, lost };
  }

  /** Once more, after `ms`: or when the cache closes, if that is earlier. */
  invalidateLater(keys: readonly string[], ms: number): void {
    this.later.add(() => this.invalidate(keys), ms);
  }

  invalidateTagsLater(tags: readonly string[], ms: number): void {
    this.later.add(() => this.invalidateTags(tags), ms);
  }

  clearLater(prefix: string, ms: number): void {
    this.later.add(() => this.clear(prefix), ms);
  }

  /**
   * One that fails makes this process serve nothing of the namespace until a retry, which clears all of it, has landed.
   *
   * @param prefix what the keys to clear begin with; '' for all of them
   * @throws CasClearError
   */
  async clear(prefix = ''): Promise<void> {
    const { namespace } = this.reporter;
    const begun = this.pending.begin();
    const begunTags = this.tags?.pending.begin() ?? 0;
    this.told.changes.changedAll();
    const begunAt = this.timer?.now() ?? 0;
    const cleared =
      this.refusal() ??
      (await this.clearing.guard(
        attempt(() => this.clearAndTell(prefix)),
        () => slowClear(namespace),
      ));
    this.timer?.ended('clear', 0, begunAt, !(cleared instanceof Error));
    // Once more: what was found current before the store had done its work is not current now.
    this.told.changes.changedAll();
    if (cleared instanceof Error) {
      this.reporter.fault('clear', undefined, cleared);
      this.pending.failedAll();
      const message = `The namespace "${namespace}" could not be cleared as a whole: other replicas may serve its old values until a retry of this process, or another clear, has landed.`;
      throw new CasClearError(message, { namespace, cause: cleared });
    }
    if (prefix === '') {
      this.pending.landedAll(begun);
      this.tags?.pending.landedAll(begunTags);
    }
    this.reporter.clear();
  }

  /** Gives what is owed a last chance, within the deadline, and answers what is owed still. */
  async close(): Promise<Unlanded> {
    const early = this.later.hurry();
    this.closed = true;
    await this.guard.orLate(early, () => undefined);
    const tried = Promise.all([this.pending.close(), this.tags?.pending.close() ?? Promise.resolve()]);
    await this.guard.orLate<unknown>(tried, () => undefined);
    return unlandedInAll(this.pending.owed(), this.tags?.pending.owed());
  }

  /** Reports what became of each key, and remembers those that failed. */
  private async account(
    keys: readonly string[],
    work: () => Promise<readonly (Generation | Error)[]>,
  ): Promise<Map<string, unknown>> {
    const begun = this.pending.begin();
    this.told.changes.changed(keys);
    const refusal = this.refusal();
    const begunAt = this.timer?.now() ?? 0;
    const results = refusal === undefined ? await work() : keys.map(() => refusal);
    this.told.changes.changed(keys);
    const failures = new Map<string, unknown>();
    keys.forEach((key, i) => {
      const result = results[i];
      if (typeof result === 'number') return this.reporter.invalidate(key, result);
      failures.set(key, result);
      this.reporter.fault('invalidate', key, result);
    });
    this.timer?.ended('invalidate', keys.length, begunAt, failures.size === 0);
    this.pending.landed(failures.size === 0 ? keys : keys.filter((key) => !failures.has(key)), begun);
    if (failures.size > 0) this.pending.failed([...failures.keys()]);
    return failures;
  }

  private async clearAndTell(prefix: string): Promise<void> {
    const { synchronous } = this.backend;
    // Tags end what no generation does, and what is still under way. In process, nothing is.
    const ended = prefix !== '' && synchronous ? undefined : await this.tags?.clear(prefix);
    if (ended === 'is enough' && !synchronous) this.freeBehind(prefix);
    else await this.backend.clear(prefix);
    if (ended instanceof Error) throw ended;
    const untold = await this.told.announcements.tell('all');
    if (untold !== undefined) throw untold;
  }

  /** What has ended takes room until it is removed, and no caller waits for that. A shutdown ends it. */
  private freeBehind(prefix: string): void {
    void attempt(() => this.backend.clear(prefix)).then((freed) => {
      if (freed instanceof Error && !this.closed) this.reporter.fault('clear', undefined, freed);
    });
  }

  private async endAndTell(keys: readonly string[]): Promise<readonly (Generation | Error)[]> {
    return this.told.announcements.tellEnded(keys, (follower) => this.end(keys, follower));
  }

  /** Keys with a token of a writer that is done are settled: that ends their generation, and opens them. */
  private end(keys: readonly string[], follower?: Follower): Promise<readonly (Generation | Error)[]> {
    const owing = this.unsettled.among(keys);
    if (owing.length > 0) return this.endAndSettle(keys, owing);
    if (keys.length === 1) return this.bump(keys, follower);
    // One that travelled with the first turn would come before the rest.
    return inChunks(keys, (some) => this.bump(some, some.length === keys.length ? follower : undefined));
  }

  private async endAndSettle(
    keys: readonly string[],
    owing: readonly string[],
  ): Promise<readonly (Generation | Error)[]> {
    const settles = new Set(owing);
    const plain = keys.filter((key) => !settles.has(key));
    const [bumped, settled] = await Promise.all([
      plain.length > 0 ? inChunks(plain, (some) => this.bump(some)) : [],
      this.unsettled.settle(owing),
    ]);
    const results = new Map<string, Generation | Error | undefined>(settled);
    plain.forEach((key, i) => results.set(key, bumped[i]));
    return keys.map((key) => results.get(key) as Generation | Error);
  }

  private bump(keys: readonly string[], follower?: Follower): Promise<readonly (Generation | Error)[]> {
    let known: readonly (Generation | Error)[] | undefined;
    const onBumped: OnBumped = (bumped) => {
      known = bumped;
    };
    const work = this.backend.invalidate(keys, onBumped, follower);
    return this.guard.orLate(work, () => {
      if (known !== undefined) {
        // Only the deletes are late, and they decide nothing: an entry of a generation that has ended serves no read.
        this.reporter.fault('invalidate', undefined, this.guard.timeout('invalidate', undefined));
        return known;
      }
      // The bump may still be on its way. The entries need not wait for it.
      void attempt(() => this.backend.drop(keys));
      return keys.map((key) => this.guard.timeout('invalidate', key));
    });
  }
}
