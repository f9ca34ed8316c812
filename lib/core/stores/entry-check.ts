import type { Awaitable } from '../../contracts/awaitable.js';
import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { GenerationReading } from '../../contracts/generation-store.js';
import type { UnusableReason } from '../../contracts/outcomes.js';
import { CasMalformedGenerationError, CasUnknownFrameError } from '../../errors.js';
import { prove } from './checked-entry.js';
import type { CheckedEntry, ParsedEntry } from './checked-entry.js';
import { RefreshableHit } from './refreshable-hit.js';
import type { EntryFormat } from './entry-format.js';
import type { Freshness } from './freshness.js';
import { heal } from './heal.js';
import type { CheckResult, ReadResult } from './backend.js';
import { Miss, MISS_UNAVAILABLE, MISS_UNKNOWN_FRAME } from './miss.js';
import type { Reporter } from '../support/reporter.js';

/**
 * The check that every hit passes, wherever the entry was found: framed right, of the current generation, decodable.
 * What fails it is deleted, unless nothing could be proven.
 */
export class EntryCheck<V, S, P> {
  constructor(
    private readonly format: EntryFormat<V, S, P>,
    private readonly reporter: Reporter,
    private readonly freshness: Freshness,
    private readonly remove: (key: string, reason: UnusableReason) => Awaitable<unknown>,
  ) {}

  /** Corruption is noticed here, before the generation is asked for. */
  open(key: string, entry: S): ParsedEntry<P> | Miss {
    try {
      return this.format.open(entry);
    } catch (cause) {
      if (cause instanceof CasUnknownFrameError) return this.unknown();
      return this.unusable(key, 'corrupt', undefined, cause);
    }
  }

  judge(key: string, opened: ParsedEntry<P>, reading: GenerationReading): CheckResult<P> {
    const proven = prove(reading, opened);
    if (proven !== undefined) return proven;
    // The writer that opened the key has unlinked its entry or is about to.
    if (reading === OPEN) return new Miss('open', OPEN);
    return this.unusable(key, reading === ABSENT ? 'generation-absent' : 'stale', reading);
  }

  value(key: string, checked: CheckedEntry<P>): ReadResult<V> {
    const { gen, stamp } = checked;
    let value: V;
    try {
      value = this.format.value(key, checked);
    } catch (cause) {
      return this.unusable(key, 'undecodable', gen, cause);
    }
    if (stamp === undefined) return value;
    const age = this.freshness.judge(key, gen, stamp);
    return age === 'fresh' ? value : new RefreshableHit(value, gen, age === 'expired', stamp);
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
  private unknown(): Miss {
    warnOfNewerBuild(this.reporter);
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

/** Once for each namespace. */
export function warnOfNewerBuild(reporter: Reporter): void {
  reporter.warnOnce(
    'unknown-frame',
    'A newer build of this package shares the store and writes frames that this build cannot read: their keys are loaded from the source here. Give the builds different values of `valueVersion` while both run.',
  );
}
