import type { Generation } from '../../contracts/generation-store.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { Ttl } from '../../common/ttl.js';

/**
 * What was current of a key before its value is loaded, for a fill by hand: its generation, and in a namespace with
 * tags what their clock read.
 */
export interface Observation {
  /** 0 when there is nothing to fill under. */
  readonly generation: Generation;
}

/** How a value that is stored by hand lives. */
export interface FillOptions {
  /** Default: the namespace's `ttl`. */
  readonly ttl?: Ttl | undefined;
  /** In a namespace with tags: those of the value, or of each value. */
  readonly tags?: string | readonly string[] | undefined;
}

const clocks = new WeakMap<object, TagClock | undefined>();

export function observation(generation: Generation, clock: TagClock | undefined): Observation {
  return stamped(Object.freeze({ generation }), clock);
}

/** Whether a cache has observed it: an object that a caller has put together says nothing of the clock. */
export function isObserved(observed: unknown): boolean {
  return typeof observed === 'object' && observed !== null && clocks.has(observed);
}

/** What the clock read when this was observed. `undefined`: it was made by hand, or the clock could not be had. */
export function clockOf(observed: object): TagClock | undefined {
  return clocks.get(observed);
}

/** The same, observed at that clock. It is kept aside, since a number for each key is all that a caller looks at. */
export function stamped<T extends object>(observed: T, clock: TagClock | undefined): T {
  clocks.set(observed, clock);
  return observed;
}
