import type { Awaitable } from '../../contracts/awaitable.js';
import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import type { UnusableReason } from '../../contracts/outcomes.js';
import { CasMalformedGenerationError } from '../../errors.js';
import { RefreshableHit } from './refreshable-hit.js';
import type { EntryFormat, ParsedEntry } from './entry-format.js';
import type { Freshness } from './freshness.js';
import { heal } from './heal.js';
import type { ReadResult } from './backend.js';
import { Miss, MISS_UNAVAILABLE } from './miss.js';
import type { Reporter } from '../support/reporter.js';

/**
 * Whether an entry of `generation` is proven by what the store holds now. A frame may carry 0, which no store issues, and
 * 0 is also how a store says that it holds none: two absences prove nothing.
 */
export function proves(reading: GenerationReading, generation: Generation): boolean {
  return reading === generation && reading !== ABSENT;
}

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

  /** Corruption is noticed here, before anybody asks for the generation. */
  open(key: string, entry: S): ParsedEntry<P> | Miss {
    try {
      return this.format.open(entry);
    } catch (cause) {
      return this.unusable(key, 'corrupt', undefined, cause);
    }
  }

  judge(key: string, opened: ParsedEntry<P>, reading: GenerationReading): ParsedEntry<P> | Miss {
    if (proves(reading, opened.gen)) return opened;
    // The writer that opened the key has unlinked its entry or is about to.
    if (reading === OPEN) return new Miss('open', OPEN);
    return this.unusable(key, reading === ABSENT ? 'generation-absent' : 'stale', reading);
  }

  value(key: string, opened: ParsedEntry<P>): ReadResult<V> {
    const { gen, payload, stamp, isTree } = opened;
    let value: V;
    try {
      value = this.format.value(key, payload, isTree);
    } catch (cause) {
      return this.unusable(key, 'undecodable', gen, cause);
    }
    if (stamp === undefined) return value;
    const age = this.freshness.judge(key, gen, stamp);
    return age === 'fresh' ? value : new RefreshableHit(value, gen, age === 'expired', stamp);
  }

  /**
   * What a failed reading of a generation means: a malformed cell is no generation, and any other fault is no answer, so
   * nothing can be proven and nothing is deleted.
   */
  unread(key: string | undefined, cause: unknown): typeof ABSENT | Miss {
    this.reporter.fault('get', key, cause);
    return cause instanceof CasMalformedGenerationError ? ABSENT : MISS_UNAVAILABLE;
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
