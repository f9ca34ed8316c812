import type { Generation } from '../../contracts/generation-store.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import { CasValueError } from '../../errors.js';
import type { RefreshableHit } from '../stores/hits.js';
import type { Freshness } from '../stores/freshness.js';

/** What the cache has of a key that is loaded anew. */
export interface PreviousValue<V = unknown> {
  /** A copy of the loader's own; with `isolation: 'frozen'` or `'reference'` what all readers share. */
  readonly value: V;
  /** Milliseconds since it was stored, by the wall clock, or since a loader last kept it. */
  readonly ageMs: number;
}

/**
 * The hits that a load is to replace, for its loader to look at and to keep.
 *
 * A hit proves its value for the generation of its key, and for its tags as they stood then: a value that is kept is no
 * newer than that, whenever the loader was called. So nothing of another generation is shown to the loader, and what
 * it keeps is stamped, and shared, as what the cache had before.
 */
export class PreviousValues<V> {
  private readonly shown = new Map<string, PreviousValue<V> | undefined>();
  private readonly kept = new Map<string, RefreshableHit<V>>();

  /** @param hits of keys that are loaded anew */
  constructor(
    private readonly hits: ReadonlyMap<string, RefreshableHit<V>>,
    private readonly freshness: Pick<Freshness, 'ageOf'>,
    private readonly namespace: string,
  ) {}

  /** The same object each time. @param observed the generation that the load fills under */
  of(key: string, observed: Generation | undefined): PreviousValue<V> | undefined {
    if (!this.shown.has(key)) this.shown.set(key, this.show(key, observed));
    return this.shown.get(key);
  }

  /** @throws CasValueError where there is none */
  keep(key: string, observed: Generation | undefined): V {
    const previous = this.of(key, observed);
    if (previous === undefined) throw nothingToKeep(this.namespace, key);
    return previous.value;
  }

  /**
   * What a loader that answered `value` has kept, as the cache had it: whatever the loader has done to its copy.
   * `undefined`: it has brought a value of its own.
   */
  asKept(key: string, value: V): { readonly value: V } | undefined {
    const hit = this.hits.get(key);
    const shown = this.shown.get(key);
    if (hit === undefined || shown === undefined || !Object.is(shown.value, value)) return undefined;
    this.kept.set(key, hit);
    return { value: hit.again(key) };
  }

  /** The hit whose value the loader has kept. */
  keptHit(key: string): RefreshableHit<V> | undefined {
    return this.kept.get(key);
  }

  private show(key: string, observed: Generation | undefined): PreviousValue<V> | undefined {
    const hit = this.hits.get(key);
    if (hit === undefined || hit.generation !== observed) return undefined;
    try {
      return Object.freeze({ value: hit.again(key), ageMs: this.freshness.ageOf(hit.stamp) });
    } catch {
      // What cannot be had twice is for the caller that has it already.
      return undefined;
    }
  }
}

/** What a value that was kept is stamped with: as old as the stamp of its entry, with the tags of both. */
export function stampOfKept(entry: TagStamp, named: readonly string[]): TagStamp {
  return { era: entry.era, seq: entry.seq, tags: [...new Set([...entry.tags, ...named])] };
}

export function nothingToKeep(namespace: string, key: string): CasValueError {
  const message =
    'ctx.keep(): there is no previous value of this key to keep. Look at ctx.previous first: only a load in the place of an older hit has one.';
  return new CasValueError(message, { namespace, key });
}
