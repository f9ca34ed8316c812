import type { Follower } from '../../contracts/follower.js';
import type { Announced } from '../../contracts/read-leases.js';
import type { TagClock, TagStore } from '../../contracts/tag-store.js';
import { attempt } from '../../common/attempt.js';
import { partitionTag } from '../../keys/partition-key.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import type { Guard } from '../support/guard.js';
import { inChunks } from '../support/in-chunks.js';
import type { LocalChangeLog } from '../support/local-change-log.js';
import type { OperationTimer } from '../support/operation-timer.js';
import type { Reporter } from '../support/reporter.js';
import type { TagSet } from '../tags/namespace-tags.js';
import type { Announcements } from './announcements.js';
import { PendingInvalidations } from './pending-invalidations.js';
import type { PendingReporter } from './pending-invalidations.js';

/** Where tags stand, and for how long their invalidations matter. */
export interface TagsOfWriters {
  readonly store: TagStore;
  /** How long an entry may live that is loaded now: milliseconds. */
  readonly keepMs: () => number;
  /** Whether every process of the namespace has tags. */
  readonly everywhere: boolean;
}

/** The parts of a cache that have to know that tags were invalidated. */
export interface ToldOfTags {
  readonly changes: LocalChangeLog;
  readonly announcements: Announcements;
}

/** Invalidates tags, and keeps account of those that could not be. */
export class TagInvalidator {
  readonly pending: PendingInvalidations;
  private readonly reporter: Reporter;
  private readonly timer: OperationTimer | undefined;

  /** @param clear ends everything of the namespace: for when more failed than is remembered */
  constructor(
    private readonly tags: TagsOfWriters,
    private readonly guard: Guard,
    private readonly toldOf: ToldOfTags,
    environment: Pick<CacheEnvironment, 'reporter' | 'timers' | 'timer'> & { readonly told: PendingReporter },
    clear: () => Promise<void>,
  ) {
    const { reporter, timers, timer, told } = environment;
    this.reporter = reporter;
    this.timer = timer;
    this.pending = new PendingInvalidations({ invalidate: (some) => this.endAndTell(some), clear }, told, timers);
  }

  /** Tags whose entries this process must not serve. */
  get owed(): TagSet | undefined {
    const { pending } = this;
    return pending.any ? { has: (tag) => pending.holds(tag) } : undefined;
  }

  /**
   * @param tags without duplicates
   * @param refusal why nothing can be invalidated any more
   * @returns the cause for each tag that failed, which is retried from now on
   */
  async invalidate(tags: readonly string[], refusal: Error | undefined): Promise<ReadonlyMap<string, unknown>> {
    const begun = this.pending.begin();
    const { changes } = this.toldOf;
    // Which keys carry a tag is not known here, and any of them may have been found current before.
    changes.changedAll();
    const begunAt = this.timer?.now() ?? 0;
    const results = refusal === undefined ? await this.endAndTell(tags) : tags.map(() => refusal);
    changes.changedAll();
    const failures = new Map<string, unknown>();
    tags.forEach((tag, i) => {
      const result = results[i];
      if (result instanceof Error) failures.set(tag, result);
    });
    this.timer?.ended('invalidate', tags.length, begunAt, failures.size === 0);
    const ended = tags.filter((tag) => !failures.has(tag));
    if (ended.length > 0) this.reporter.invalidateTags(ended);
    for (const cause of new Set(failures.values())) this.reporter.fault('invalidate', undefined, cause);
    this.pending.landed(ended, begun);
    if (failures.size > 0) this.pending.failed([...failures.keys()]);
    return failures;
  }

  /**
   * In one step: a new era, which ends all entries of every process that has tags, or an invalidation of the tag that
   * the keys of a partition imply. Answers why it could not.
   *
   * @param prefix what the keys to clear begin with; '' for all of them
   */
  async clear(prefix: string): Promise<'is enough' | undefined | Error> {
    const { store, keepMs, everywhere } = this.tags;
    const ended = await attempt(() =>
      prefix === '' ? store.clear() : store.invalidate([partitionTag(prefix)], keepMs()),
    );
    if (ended instanceof Error) return ended;
    return everywhere ? 'is enough' : undefined;
  }

  /** Until no process serves by a read lease what carries them. */
  private async endAndTell(tags: readonly string[]): Promise<readonly (number | Error)[]> {
    const { announcements } = this.toldOf;
    const following = announcements.follow({ tags });
    const ended = await this.end(tags, following?.follower);
    const failed = await announcements.tell(announcementOf(tags, ended), following);
    return ended.map((clock) => (clock instanceof Error ? clock : (failed ?? clock.seq)));
  }

  private end(tags: readonly string[], follower?: Follower): Promise<readonly (TagClock | Error)[]> {
    const { store, keepMs } = this.tags;
    return inChunks<TagClock>(tags, async (some) => {
      // One that travelled with the first turn would come before the rest.
      const behind = some.length === tags.length ? follower : undefined;
      const ended = await this.guard.orLate<TagClock | Error>(
        attempt(() => store.invalidate(some, keepMs(), behind)),
        () => this.guard.timeout('invalidate', undefined),
      );
      return some.map(() => ended);
    });
  }
}

/** Of those that have ended: numbers of two eras say nothing of each other. */
function announcementOf(tags: readonly string[], clocks: readonly (TagClock | Error)[]): Announced {
  const ended = tags.filter((_, i) => !(clocks[i] instanceof Error));
  const known = clocks.filter((clock): clock is TagClock => !(clock instanceof Error));
  const last = known.at(-1);
  if (last === undefined) return [];
  // Later turns have later numbers.
  return known.every(({ era }) => era === last.era) ? { ...last, tags: ended } : 'all';
}
