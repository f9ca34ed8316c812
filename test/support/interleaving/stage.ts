import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { Choices } from './choices.js';

/** Somebody who does one thing after another, and waits between two of them until it is his turn. */
export interface Actor {
  readonly name: string;
  /** The process that he lives in, and dies with. `undefined`: none of ours. */
  readonly process: number | undefined;
  play(): Promise<void>;
}

/** What a step is, for the schedule that a violation prints. */
export interface StepName {
  readonly place: string;
  readonly call: string;
  readonly args?: readonly unknown[];
  /** It goes over a wire: once announced, it may still be carried out after its process died. */
  readonly remote?: boolean;
}

/** One line of what happened, in order. A step has its answer, a remark has none. */
export type TraceLine =
  | { readonly actor: string; readonly step: StepName; readonly answer: unknown }
  | { readonly actor: string; readonly remark: string };

interface Step {
  readonly part: Part;
  readonly name: StepName;
  readonly run: () => Awaitable<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** An actor in this run. */
interface Part {
  readonly actor: Actor;
  state: 'waiting' | 'playing' | 'done' | 'dead';
  /** Told once, when the next step of this part has been carried out. */
  onStep: (() => void) | undefined;
}

const BEHIND_THE_SCENES: Part = {
  actor: { name: 'setup', process: undefined, play: () => Promise.resolve() },
  state: 'playing',
  onStep: undefined,
};

/**
 * Runs actors one step at a time. Whatever could interleave announces itself with {@link step} and waits until it is
 * chosen; then it is carried out whole, its actor runs on to the next announcement or the end, and only then is the next
 * step chosen. So a schedule is the list of choices, and the same choices give the same run.
 *
 * An actor's first step is taken together with his beginning, unless he {@link touch}ed something before it: nothing that
 * others do in between could make a difference.
 */
export class Stage {
  readonly trace: TraceLine[] = [];
  private pending: Step[] = [];
  private parts: Part[] = [];
  private current = BEHIND_THE_SCENES;
  private playing = false;
  private touched = false;
  private underWay = 0;
  private failure: { readonly cause: unknown } | undefined;
  steps = 0;

  /** Announces an operation and carries it out when it is chosen. Outside of `play` that is at once. */
  step<T>(name: StepName, run: () => Awaitable<T>): Promise<T> {
    if (!this.playing) return this.carryOutAtOnce(run);
    return new Promise<T>((resolve, reject) => {
      this.pending.push({ part: this.current, name, run, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  /** Resolves when nothing is under way that was begun outside of `play`. */
  async rest(): Promise<void> {
    do await quiet();
    while (this.underWay > 0);
  }

  /** Something that actors share was looked at or changed at once, without a step. */
  touch(): void {
    this.touched = true;
  }

  /** Writes a line into the schedule. */
  remark(text: string): void {
    this.trace.push({ actor: this.current.actor.name, remark: text });
  }

  /** Calls back once, when the next step of the actor who is on now has been carried out. */
  afterNextStep(call: () => void): void {
    this.current.onStep = call;
  }

  /** Ends every actor of a process where he stands. What he had sent may still arrive, now or much later, or never. */
  kill(process: number): void {
    for (const part of this.parts) {
      if (part.actor.process === process && part.state === 'playing') part.state = 'dead';
    }
    this.pending = this.pending.filter(({ part, name }) => part.state !== 'dead' || name.remote === true);
  }

  /**
   * Plays until every actor is done and nothing of theirs is pending. What the dead had sent may come at any point of that,
   * or after it, or never.
   *
   * @throws what an actor threw; or an error when an actor waits for what nobody will do
   */
  async play(actors: readonly Actor[], choices: Pick<Choices, 'choose'>): Promise<void> {
    this.playing = true;
    this.parts = actors.map((actor) => ({ actor, state: 'waiting', onStep: undefined }));
    try {
      for (;;) {
        const waiting = this.parts.filter((part) => part.state === 'waiting');
        const over = waiting.length === 0 && this.pending.every(({ part }) => part.state === 'dead');
        // Once it is over, that nothing more arrives is one more thing that can happen.
        const options = waiting.length + this.pending.length + (over ? 1 : 0);
        const choice = options === 1 ? 0 : choices.choose(options);
        const [entering, step] = [waiting[choice], this.pending[choice - waiting.length]];
        if (entering !== undefined) await this.enter(entering);
        else if (step !== undefined) await this.carryOut(step);
        else break;
        if (this.failure !== undefined) throw this.failure.cause;
      }
    } finally {
      this.playing = false;
      this.pending = [];
      this.current = BEHIND_THE_SCENES;
    }
    const stuck = this.parts.find((part) => part.state === 'playing');
    if (stuck !== undefined) throw new Error(`${stuck.actor.name} waits for something that will never come.`);
  }

  private async carryOutAtOnce<T>(run: () => Awaitable<T>): Promise<T> {
    this.underWay++;
    try {
      return await run();
    } finally {
      this.underWay--;
    }
  }

  private async enter(part: Part): Promise<void> {
    this.current = part;
    part.state = 'playing';
    this.touched = false;
    part.actor.play().then(
      () => {
        if (part.state === 'playing') part.state = 'done';
      },
      (cause: unknown) => {
        if (part.state !== 'dead') this.failure ??= { cause };
      },
    );
    await quiet();
    const own = this.pending.filter((step) => step.part === part);
    if (own.length === 1 && !this.touched && this.failure === undefined) await this.carryOut(own[0] as Step);
  }

  private async carryOut(step: Step): Promise<void> {
    const { part, name } = step;
    this.pending.splice(this.pending.indexOf(step), 1);
    this.current = part;
    this.steps++;
    let settle: () => void;
    try {
      const answer = await step.run();
      this.trace.push({ actor: part.actor.name, step: name, answer });
      settle = () => step.resolve(answer);
    } catch (cause) {
      this.trace.push({ actor: part.actor.name, step: name, answer: cause });
      settle = () => step.reject(cause);
    }
    // Nobody waits for the answer of a step whose actor is dead.
    if (part.state === 'dead') return;
    const told = part.onStep;
    part.onStep = undefined;
    told?.();
    settle();
    await quiet();
  }
}

/** Resolves when every promise that could settle has: a macrotask begins only once no microtask is left. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
