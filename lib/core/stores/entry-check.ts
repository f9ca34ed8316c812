import type { Awaitable } from '../../contracts/awaitable.js';
import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { GenerationReading } from '../../contracts/generation-store.js';
import { UNUSABLE_REASONS } from '../../contracts/outcomes.js';
import type { MissReason, UnusableReason } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import { isPromise } from '../../common/attempt.js';
import { CasMalformedGenerationError, CasUnknownFrameError } from '../../errors.js';
import { passed, prove } from './checked-entry.js';
import type { CheckedEntry, CurrentEntry, ParsedEntry } from './checked-entry.js';
import { Hit, RefreshableHit } from './hits.js';
import type { EntryFormat } from './entry-format.js';
import type { Freshness } from './freshness.js';
import { heal } from './heal.js';
import type { CheckResult, ReadResult } from './backend.js';
import { Miss, MISS_UNAVAILABLE, MISS_UNKNOWN_FRAME } from './miss.js';
import type { Reporter } from '../support/reporter.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';

/**
 * The check that every hit passes, wherever the entry was found: framed right, of the current generation, with no tag
 * that was invalidated since, decodable. What fails it is deleted, unless nothing could be proven.
 */
export class EntryCheck<V, S, P> {
  constructor(
    private readonly format: EntryFormat<V, S, P>,
    private readonly reporter: Reporter,
    private readonly freshness: Freshness,
    private readonly remove: (key: string, reason: UnusableReason) => Awaitable<unknown>,
    private readonly tags: NamespaceTags | undefined,
  ) {}

  /** Corruption is noticed here, before the generation is asked for. */
  open(key: string, entry: S): ParsedEntry<P> | Miss {
    try {
      return this.format.open(entry);
    } catch (cause) {
      if (cause instanceof CasUnknownFrameError) return this.unknown(entry);
      return this.unusable(key, 'corrupt', undefined, cause);
    }
  }

  /**
   * @param clock of the tags, as it was asked for together with the generation. `undefined` where the namespace has no
   *   tags, or nothing can be proven of them
   */
  judge(
    key: string,
    opened: ParsedEntry<P>,
    reading: GenerationReading,
    clock: TagClock | undefined,
  ): CheckResult<P> | Promise<CheckResult<P>> {
    const current = prove(reading, opened);
    if (current !== undefined) return this.judgeTags(key, current, clock);
    // The writer that opened the key has unlinked its entry or is about to.
    if (reading === OPEN) return new Miss('open', OPEN).at(clock);
    return this.unusable(key, reading === ABSENT ? 'generation-absent' : 'stale', reading).at(clock);
  }

  value(key: string, checked: CheckedEntry<P>): ReadResult<V> {
    const { gen, stamp, tagged } = checked;
    let value: V;
    try {
      value = this.format.value(key, checked);
    } catch (cause) {
      return this.unusable(key, 'undecodable', gen, cause);
    }
    const age = stamp === undefined ? 'fresh' : this.freshness.judge(key, gen, stamp);
    if (stamp !== undefined && age !== 'fresh') {
      return new RefreshableHit<V>(value, gen, age === 'expired', stamp, tagged, this.format, checked);
    }
    return tagged === undefined ? value : new Hit(value, gen, tagged.tags);
  }

  private judgeTags(
    key: string,
    current: CurrentEntry<P>,
    clock: TagClock | undefined,
  ): CheckResult<P> | Promise<CheckResult<P>> {
    const refusal = this.tags?.judge(key, current.tagged, clock);
    if (refusal === undefined) return passed(current, refusal);
    if (!isPromise(refusal)) return this.refused(key, current, refusal).at(clock);
    return refusal.then((late) =>
      late === undefined ? passed(current, late) : this.refused(key, current, late).at(clock),
    );
  }

  private refused(key: string, { gen }: CurrentEntry<P>, reason: MissReason): Miss {
    return isUnusable(reason) ? this.unusable(key, reason, gen) : new Miss(reason, gen);
  }

  /**
   * What a failed reading of a generation means: a malformed cell is no generation, and any other fault is no answer,
   * so nothing can be proven and nothing is deleted.
   */
  unread(key: string | undefined, cause: unknown): typeof ABSENT | Miss {
    this.reporter.fault('get', key, cause);
    return cause instanceof CasMalformedGenerationError ? ABSENT : MISS_UNAVAILABLE;
  }

  /**
   * Deleted or overwritten, the entry would be missed by the build that wrote it: the two would take turns for ever.
   */
  private unknown(entry: S): Miss {
    if (this.tags !== undefined && this.format.isTagged(entry)) this.tags.meet();
    else warnOfNewerBuild(this.reporter);
    return MISS_UNKNOWN_FRAME;
  }

  private unusable(
    key: string,
    reason: UnusableReason,
    generation: GenerationReading | undefined,
    cause?: unknown,
  ): Miss {
    heal(this.reporter, key, reason, () => this.remove(key, reason), cause);
    return new Miss(reason, generation);
  }
}

/** Entries that were checked together, of which some may have to be caught up with. */
export async function allChecked<P>(
  checks: readonly (CheckResult<P> | Promise<CheckResult<P>>)[],
): Promise<readonly CheckResult<P>[]> {
  if (!checks.some((check) => isPromise(check))) return checks as readonly CheckResult<P>[];
  return Promise.all(checks.map(async (check) => check));
}

function isUnusable(reason: MissReason): reason is UnusableReason {
  return (UNUSABLE_REASONS as readonly MissReason[]).includes(reason);
}

/** Once for each namespace. */
export function warnOfNewerBuild(reporter: Reporter): void {
  reporter.warnOnce(
    'unknown-frame',
    'A newer build of this package shares the store and writes frames that this build cannot read: their keys are loaded from the source here. Give the builds different values of `valueVersion` while both run.',
  );
}
