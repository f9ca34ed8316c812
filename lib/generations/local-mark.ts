import { type Generation, MAX_GENERATION } from '../contracts/generation-store.js';
import { CasUnavailableError } from '../errors.js';

/** A clock may lift the mark no higher than this, so that a broken one cannot use up all generations. */
const CLOCK_CEILING = MAX_GENERATION - 2 ** 40;

/**
 * Issues every generation of a store: `mark = max(mark + 1, now in microseconds)`. One mark for all keys, so nothing
 * that is forgotten about a key can lead to a number being issued again, and a clock that stands still or jumps cannot
 * either.
 */
export class HighWaterMark {
  #mark: Generation;

  /** `mark` is the highest generation that was issued before. */
  constructor(mark: Generation = 0) {
    this.#mark = mark;
  }

  /** @throws CasUnavailableError when all are used up, which takes 2^40 of them after the year 2254. */
  next(nowMs: number): Generation {
    if (this.#mark >= MAX_GENERATION) {
      throw new CasUnavailableError('All generations of this process are used up. Set its clock right and restart it.');
    }
    const now = Math.floor(nowMs * 1_000);
    this.#mark = Math.max(this.#mark + 1, now <= CLOCK_CEILING ? now : 0);
    return this.#mark;
  }
}
