import type { GenerationReading } from '../../contracts/generation-store.js';
import { MOST_AHEAD_US } from '../scripts/most-ahead.js';

/** Real time, whatever a test has put in the place of the platform's clock. */
const wallClock: () => number = Date.now.bind(Date);

/**
 * The largest generation that this process has seen, through one store. Every script that issues a generation is told
 * it, and issues a larger one.
 *
 * Why. A generation that is issued twice for a key makes an entry, or a load, of the first time current again. A server
 * issues above the last generation of the key, and not below its clock. Where it has lost the one (an eviction, a
 * flush, a restart) and the other was set back, neither holds it up.
 *
 * Which floor. It has to be above each generation under which this process holds an entry of the key, or runs a load.
 * The process has seen all of those, so the largest that it has seen of any key is above them. One number for all keys
 * takes no memory, and is not forgotten with a key that is evicted, as one for each key would be. It is not one for
 * each server either: a slot may move to a master whose clock is behind.
 *
 * What it costs. After a clock was set back, generations run ahead of it until it has caught up. So a number that is
 * far ahead of the clock is not taken, here or by the scripts: a foreign cell would lift all keys, in all processes,
 * for as long as it is ahead.
 *
 * What is left. A process that has seen nothing as new as the lost generation may issue that very number again, in the
 * one microsecond that has it.
 */
export class GenerationFloor {
  private largest = 0;

  constructor(
    private readonly warn: (message: string) => void,
    private readonly wall = wallClock,
  ) {}

  /** 0: none. */
  get value(): number {
    return this.largest;
  }

  /** Answers what it was told. */
  see<T extends GenerationReading | Error>(reading: T): T {
    if (typeof reading === 'number' && reading > this.largest) this.raise(reading);
    return reading;
  }

  private raise(generation: number): void {
    if (generation <= this.wall() * 1_000 + MOST_AHEAD_US) this.largest = generation;
    else this.warn(FAR_AHEAD);
  }
}

const FAR_AHEAD =
  'A generation in Redis is more than two days ahead of the clock of this process. Either another program wrote it: keep ' +
  'others off the keys that begin with "gen:" and "clock:", and clear the namespace. Or the clocks of this process and of Redis differ ' +
  'by that much: set them right.';
