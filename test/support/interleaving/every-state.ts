import { hash } from 'node:crypto';

import type { Choices } from './choices.js';

interface Fork {
  taken: number;
  readonly of: number;
  readonly state: string;
  /** How many schedules were found to go on from here so far. */
  schedules: number;
}

/**
 * Every schedule there is, depth first, but from each state only once: a run that comes to a state from where all has
 * been played is broken off, and the schedules that go on from there are counted without being played. Every reachable
 * state is still reached and every step out of it taken and judged. See `History` for what a state is.
 */
export class EveryState implements Choices {
  readonly byState = true;
  complete = false;
  /** How many schedules there are in all. Exact up to 2^53. */
  schedules = 0;
  private readonly known = new Map<string, number>();
  private readonly path: Fork[] = [];
  private depth = 0;
  private played = 0;
  private following: number | undefined;

  /**
   * @param limit of runs, where to stop all the same
   * @param shortcuts whether steps that commute with all that others do are taken at once (see `Stage`)
   */
  constructor(
    private readonly limit = Infinity,
    readonly shortcuts = true,
  ) {}

  get kind(): string {
    const states = `${this.known.size.toLocaleString('en')} states`;
    return this.complete ? `all, by ${states}` : `the first ${this.played} runs, ${states}`;
  }

  get taken(): number[] {
    return this.path.slice(0, this.depth).map((fork) => fork.taken);
  }

  choose(of: number, state: () => string): number | undefined {
    const at = this.path[this.depth];
    if (at !== undefined) {
      if (at.of !== of) {
        throw new Error(`Not deterministic: fork ${this.depth} had ${at.of} branches before and has ${of} now.`);
      }
      this.depth++;
      return at.taken;
    }
    const name = hash('sha1', state(), 'base64');
    this.following = this.known.get(name);
    if (this.following !== undefined) return undefined;
    this.path.push({ taken: 0, of, state: name, schedules: 0 });
    this.depth++;
    return 0;
  }

  advance(): boolean {
    if (this.depth < this.path.length) {
      throw new Error(`Not deterministic: it took ${this.path.length} forks before and ended after ${this.depth} now.`);
    }
    this.depth = 0;
    this.played++;
    this.count(this.following ?? 1);
    this.following = undefined;
    for (let last = this.path.at(-1); last !== undefined; last = this.path.at(-1)) {
      if (++last.taken < last.of) return this.played < this.limit;
      this.path.pop();
      this.known.set(last.state, last.schedules);
      this.count(last.schedules);
    }
    this.complete = true;
    return false;
  }

  /** A state that is on the path itself is not known yet: a run that came back to it would never end. */
  private count(schedules: number): void {
    const last = this.path.at(-1);
    if (last === undefined) this.schedules += schedules;
    else last.schedules += schedules;
  }
}
