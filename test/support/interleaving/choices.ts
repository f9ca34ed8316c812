import { Random } from './random.js';

/** Decides, wherever several steps could come next, which one does. */
export interface Choices {
  /**
   * `undefined`: whatever could follow is known, so that the run may be broken off.
   *
   * @param of how many there are, at least 2
   * @param state what the run has come to, as a text: equal ones go on in the same ways
   */
  choose(of: number, state: () => string): number | undefined;
  /** Moves on to the next schedule; `false` when there is none left. */
  advance(): boolean;
  /** What was chosen in the schedule that runs now. */
  readonly taken: readonly number[];
  /** What the next schedules are, for a report. */
  readonly kind: string;
  /** Whether it asks for states. */
  readonly byState?: boolean;
  /** Whether a step that commutes with all that others do may be taken at once, without a choice. */
  readonly shortcuts?: boolean;
  /** How many schedules there are, where that is not the number of those that were played. */
  readonly schedules?: number;
}

interface Fork {
  taken: number;
  readonly of: number;
}

/**
 * Every schedule there is, depth first. A schedule is run again from its start, up to the fork that is to be left
 * elsewhere.
 */
export class EverySchedule implements Choices {
  /** Whether there was no more to play when it ended. */
  complete = false;
  private readonly path: Fork[] = [];
  private depth = 0;
  private done = 0;

  /** @param limit where to stop all the same */
  constructor(private readonly limit = Infinity) {}

  get kind(): string {
    return this.complete ? 'all' : `the first ${this.done}`;
  }

  get taken(): number[] {
    return this.path.slice(0, this.depth).map((fork) => fork.taken);
  }

  choose(of: number): number {
    const at = this.depth++;
    const known = this.path[at];
    if (known === undefined) {
      this.path.push({ taken: 0, of });
      return 0;
    }
    // The same choices must lead to the same steps, or the search would skip some without a word.
    if (known.of !== of) {
      throw new Error(`Not deterministic: fork ${at} had ${known.of} branches before and has ${of} now.`);
    }
    return known.taken;
  }

  advance(): boolean {
    if (this.depth < this.path.length) {
      throw new Error(`Not deterministic: it took ${this.path.length} forks before and ended after ${this.depth} now.`);
    }
    this.depth = 0;
    this.done++;
    for (let last = this.path.at(-1); last !== undefined; last = this.path.at(-1)) {
      if (++last.taken < last.of) return this.done < this.limit;
      this.path.pop();
    }
    this.complete = true;
    return false;
  }
}

/** A number of schedules drawn at random, the same for the same seed. */
export class SomeSchedules implements Choices {
  taken: number[] = [];
  private readonly random: Random;
  private done = 0;
  private breadth = 1;
  private breadths = 0;

  constructor(
    readonly seed: number,
    private readonly count: number,
  ) {
    this.random = new Random(seed);
  }

  get kind(): string {
    return `drawn by seed ${this.seed}, of some ${Number(this.estimate.toPrecision(1)).toLocaleString('en')}`;
  }

  /**
   * How many schedules there are, by what was seen of them (Knuth's estimate of the leaves of a tree): a rough guess.
   */
  get estimate(): number {
    return this.breadths / Math.max(1, this.done);
  }

  choose(of: number): number {
    const choice = this.random.below(of);
    this.taken.push(choice);
    this.breadth *= of;
    return choice;
  }

  advance(): boolean {
    this.breadths += this.breadth;
    this.breadth = 1;
    this.taken = [];
    return ++this.done < this.count;
  }
}

/** One schedule, as a violation printed it. */
export class OneSchedule implements Choices {
  readonly kind = 'one';
  private depth = 0;

  constructor(readonly taken: readonly number[]) {}

  choose(of: number): number {
    const choice = this.taken[this.depth++] ?? 0;
    if (choice >= of) throw new Error(`Not this program: branch ${choice} of ${of} does not exist.`);
    return choice;
  }

  advance(): boolean {
    return false;
  }
}
