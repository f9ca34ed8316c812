import { ABSENT } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';
import type { TagClock, TagStamp } from '../../contracts/tag-store.js';
import type { CopyPlan } from '../values/copy-plan.js';

/** What a question proves that found an entry current, for as long as a read lease stands for it. */
export interface Proof {
  /** Whose lease it is: another cache over the same entries has heard other things. */
  readonly by: unknown;
  /** In which it was asked. */
  readonly epoch: number;
  /** The last that was heard of any invalidation before it was asked. */
  readonly change: number;
  /** When it was asked: monotonic, in milliseconds. */
  readonly at: number;
  /** What the clock of the tags read when it was answered. Until then, and without tags, `undefined`. */
  clock: TagClock | undefined;
}

/** An entry taken apart, of which nothing is proven yet. */
export interface ParsedEntry<P> {
  readonly gen: Generation;
  readonly payload: P;
  /** Only of entries that have a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** Only of entries of a namespace with tags. */
  readonly tagged?: TagStamp | undefined;
  /** What the clock of the tags read when the entry was found alive, where the read answered that too. */
  readonly clock?: TagClock | undefined;
  /** Only of live values that have a shorter way to be handed out. */
  readonly plan?: CopyPlan | undefined;
  /** How many milliseconds it still had when it was read, where the read answered that too. */
  readonly remainingMs?: number | undefined;
  /** Only of live values, where there are read leases: the last question that found it current. */
  proof?: Proof | undefined;
}

declare const CURRENT: unique symbol;
declare const CHECKED: unique symbol;

/** An entry whose generation was the current one when the store was asked. Of its tags nothing is known yet. */
export interface CurrentEntry<P> extends ParsedEntry<P> {
  readonly [CURRENT]: true;
}

/**
 * An entry that the store has proven: its generation was the current one when it was asked, and none of its tags was
 * invalidated since it was loaded. Only {@link passed} and {@link vouched} make one, and whatever turns an entry into
 * a value takes nothing else, so that a hit that skips the check does not compile. It is the parsed entry itself: the
 * mark is known to the compiler alone, and costs nothing when the program runs.
 */
export interface CheckedEntry<P> extends ParsedEntry<P> {
  readonly [CHECKED]: true;
}

/** The entry, if `reading` proves it. */
export function prove<P>(reading: GenerationReading, entry: ParsedEntry<P>): CurrentEntry<P> | undefined {
  return proves(reading, entry.gen) ? (entry as CurrentEntry<P>) : undefined;
}

/**
 * The entry, once its tags have nothing against it.
 *
 * @param refusal what they have against it: nothing, or there are none in the namespace
 */
export function passed<P>(entry: CurrentEntry<P>, _refusal: undefined): CheckedEntry<P> {
  return entry as unknown as CheckedEntry<P>;
}

/**
 * The entry, if the read lease stands for it: no process has ended its generation, or invalidated one of its tags,
 * without this one knowing.
 */
export function vouched<P>(
  lease: { vouches(key: string, entry: ParsedEntry<unknown>): boolean },
  key: string,
  entry: ParsedEntry<P>,
): CheckedEntry<P> | undefined {
  return lease.vouches(key, entry) ? (entry as CheckedEntry<P>) : undefined;
}

/**
 * A frame may carry 0, which no store issues, and 0 is also how a store says that it holds no generation: two absences
 * prove nothing.
 */
function proves(reading: GenerationReading, generation: Generation): boolean {
  return reading === generation && reading !== ABSENT;
}
