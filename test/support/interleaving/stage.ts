// How a schedule is played
//
// The search wants to run the real code under every order of events that could happen to it. It cannot stop code at any
// line, and need not: JavaScript runs on until it awaits. So only what could interleave is put under control: a call of
// a store, a query of the database, a message between processes. Each of them is a *step*.
//
//   An *actor* is what a program lets happen: a reader, a writer, an invalidation. It is a plain async function.
//   A *part* is an actor in one run, with its state: waiting, playing, done or dead.
//   A *step* is announced by the code under test (`stage.step`) and waits there, as a promise, until it is chosen.
//   A *trouble* is something that may happen at any time by itself: a crash, a lost reply, a lost generation.
//   A step is *adrift* when its actor does not wait for it any more. It may be carried out later, or never.
//   A *schedule* is the list of choices that were made. The same choices give the same run.
//
// One turn of `play`:
//
//   1. `options` lists what can happen now: an actor enters, an announced step is carried out, a trouble comes, or
//      (when all actors are done) nothing more happens.
//   2. `choices` picks one. `EverySchedule` (choices.ts) tries each in turn, over many runs; `EveryState`
//      (every-state.ts) leaves a run when its state is known, which history.ts tells.
//   3. It is carried out whole, and its actor runs on until it has announced the next step or is done: until the
//      process is quiet (quiet.ts).
//
// When nothing can be chosen and an actor still waits, time passes (`passTime`), and if that changes nothing, the run
// is a deadlock.
//
// Who uses what: code under test reaches the stage through scheduled stores (scheduled.ts, simulated-*.ts,
// stepped-*.ts), which call `step`. The judge (judge.ts) listens to `checks` and `hits`. Troubles (troubles.ts) call
// `kill`, `lose` and `loseAll`. explore.ts plays one schedule after another.
import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import { Announced } from './announced.js';
import { Cast, TROUBLE } from './cast.js';
import type { Choices } from './choices.js';
import { findHarmless } from './harmless.js';
import { History } from './history.js';
import { nextTurn, noMicrotaskLeft } from './quiet.js';
import type { Actor, Part, Step, StepName, TraceLine, Trouble } from './step.js';

export type { Actor, StepName, TraceLine, Trouble } from './step.js';

/** An actor waits for what will never come. */
export class Deadlock extends Error {
  override readonly name = 'Deadlock';
}

type Option =
  | { readonly enters: Part }
  | { readonly step: Step }
  | { readonly trouble: Trouble }
  /** Once all actors are done, that nothing more happens is one more thing that can. */
  | 'nothing more';

/**
 * Runs actors one step at a time; the head of this file says how.
 *
 * An actor's first step is taken together with its beginning, unless the actor {@link touch}ed something before it, or
 * something may happen to what is on its way ({@link beginsApart}): nothing that others do in between could make a
 * difference.
 */
export class Stage {
  readonly trace: TraceLine[] = [];
  /** What may befall the run now. */
  troubles: () => readonly Trouble[] = () => [];
  /**
   * The actor that is on has read the generations of keys: what it hits is judged by what is committed at this moment.
   * `atOnce`: before anything else happens, or not at all.
   */
  checks: (keys: readonly string[], atOnce: boolean) => void = () => undefined;
  /** A cache has answered the actor that is on with what it holds. */
  hits: (key: string) => void = () => undefined;
  /**
   * Nothing else can happen, and an actor waits: lets the next timer of a process ring, and answers which process's.
   */
  passTime: () => number | undefined = () => undefined;
  /** Whether a step from a process may be lost, or outlive its actor, already before it is carried out. */
  beginsApart: (process: number) => boolean = () => false;
  /** What there is besides the actors and what they announced, for the state of the run. */
  surroundings: () => string = () => '';
  steps = 0;
  readonly history = new History();
  private readonly announced = new Announced();
  private readonly cast = new Cast();
  private playing = false;
  private touched = false;
  private underWay = 0;
  private failure: { readonly cause: unknown } | undefined;
  private readonly quiet: () => Promise<void>;

  /** @param sockets whether answers come from outside of this process */
  constructor({ sockets = false }: { readonly sockets?: boolean } = {}) {
    this.quiet = sockets ? nextTurn : noMicrotaskLeft;
  }

  // What the code under test, and the stores that it is given, call.

  /** Announces an operation and carries it out when it is chosen. Outside of `play` that is at once. */
  step<T>(name: StepName, run: () => Awaitable<T>): Promise<T> {
    if (!this.playing) return this.carryOutAtOnce(run);
    return new Promise<T>((resolve, reject) => {
      const { on: part } = this.cast;
      this.announced.add({ part, name, run, resolve: resolve as (answer: unknown) => void, reject, adrift: false });
    });
  }

  /** Announces an operation whose answer is not waited for: it is carried out when it is chosen, or never. */
  send(name: StepName, run: () => Awaitable<unknown>): void {
    const nothing = (): void => undefined;
    this.announced.add({ part: this.cast.on, name, run, resolve: nothing, reject: nothing, adrift: true });
  }

  /** Resolves when nothing is under way that was begun outside of `play`. */
  async rest(): Promise<void> {
    await noMicrotaskLeft();
    while (this.underWay > 0) await nextTurn();
  }

  /** Something that actors share was looked at or changed at once, without a step. */
  touch(): void {
    this.touched = true;
  }

  /** Writes a line into the schedule. */
  remark(text: string): void {
    this.trace.push({ actor: this.cast.on.actor.name, remark: text });
    this.history.add(this.cast.on, text);
  }

  /** What the actor that is on has learnt, without a line of its own. */
  note(text: string): void {
    this.history.add(this.cast.on, text);
  }

  /** Calls back once, when the next step of the actor that is on has been carried out. */
  afterNextStep(call: () => void): void {
    this.cast.on.onStep = call;
  }

  /** The number of the actor that is on. */
  get onNow(): number {
    return this.cast.on.number;
  }

  // What troubles look at, and do.

  stateOf(part: number): Part['state'] | undefined {
    return this.cast.parts[part]?.state;
  }

  /** Whether an actor of the process is in the middle of something. */
  isBusy(process: number): boolean {
    return this.cast.isBusy(process);
  }

  /** What is on its way to a place, and its actor waits for. */
  sentTo(place: string): Step[] {
    return this.announced.sentTo(place);
  }

  /** Ends every actor of a process where it stands. What it had sent may still arrive, now or much later, or never. */
  kill(process: number): void {
    this.cast.kill(process);
    this.announced.die(process);
  }

  /** What is adrift, of an actor and on its way to a place, will never be carried out. */
  drop(actor: number, place: string): void {
    this.announced.dropAdrift(actor, place);
  }

  /** The other end of the wire is gone: whatever was on its way fails, and none of it is ever carried out. */
  async loseAll(place: string, cause: Error): Promise<void> {
    const lost = this.sentTo(place);
    this.announced.dropAll(place);
    for (const step of lost) {
      step.adrift = true;
      await this.goOn(step.part, `${step.name.call} lost`, () => step.reject(cause));
    }
  }

  /**
   * The actor that waits for a step is told that it failed. It may be carried out all the same, now or much later, or
   * never.
   *
   * @param forGood it changes nothing, so that its being carried out makes no difference
   */
  async lose(step: Step, cause: Error, forGood: boolean): Promise<void> {
    step.adrift = true;
    if (forGood) this.announced.remove(step);
    await this.goOn(step.part, `${step.name.call} lost`, () => step.reject(cause));
  }

  // The run.

  /**
   * Plays until every actor is done and only what is adrift is pending. That may come at any point, or after it, or
   * never; and so may troubles.
   *
   * @returns `false` when it was broken off, because all that could follow is known
   * @throws what an actor threw; Deadlock
   */
  async play(actors: readonly Actor[], choices: Pick<Choices, 'choose' | 'byState' | 'shortcuts'>): Promise<boolean> {
    this.playing = true;
    this.cast.begin(actors);
    this.history.keeps = choices.byState === true;
    const state = (): string => this.history.state(this.cast.parts, this.announced.all, this.surroundings());
    try {
      for (;;) {
        const options = this.options(choices.shortcuts === true);
        const choice = options.length === 1 ? 0 : choices.choose(options.length, state);
        if (choice === undefined) return false;
        const option = options[choice] as Option;
        if (option === 'nothing more') {
          if (this.cast.playing === undefined || !(await this.letTimePass())) break;
          continue;
        }
        if ('enters' in option) await this.enter(option.enters);
        else if ('step' in option) await this.carryOut(option.step);
        else await this.befall(option.trouble);
        if (this.failure !== undefined) throw this.failure.cause;
      }
    } finally {
      this.playing = false;
      this.announced.clear();
      this.cast.end();
    }
    const stuck = this.cast.playing;
    if (stuck !== undefined) throw new Deadlock(`${stuck.actor.name} waits for something that will never come.`);
    return true;
  }

  /** @param reduced whether a harmless step is taken at once, in place of all that could come before it */
  private options(reduced: boolean): Option[] {
    const { parts } = this.cast;
    const steps = this.announced.all;
    const harmless = reduced ? findHarmless(steps, parts, this.beginsApart) : undefined;
    if (harmless !== undefined) return [{ step: harmless }];
    const waiting = parts.filter(({ state }) => state === 'waiting');
    const isOver = waiting.length === 0 && steps.every(({ adrift }) => adrift);
    return [
      ...waiting.map((part) => ({ enters: part })),
      ...steps.map((step) => ({ step })),
      ...this.troubles().map((trouble) => ({ trouble })),
      ...(isOver ? (['nothing more'] as const) : []),
    ];
  }

  private async enter(part: Part): Promise<void> {
    this.cast.current = part;
    part.state = 'playing';
    this.touched = false;
    this.history.add(part, 'begins');
    this.cast.run(part).then(
      () => {
        if (part.state === 'playing') part.state = 'done';
      },
      (cause: unknown) => {
        if (part.state !== 'dead') this.failure ??= { cause };
      },
    );
    await this.quiet();
    const [first, ...others] = this.announced.of(part);
    if (first === undefined || others.length > 0 || this.touched || this.failure !== undefined) return;
    const { process } = part.actor;
    const apart = first.name.remote === true && process !== undefined && this.beginsApart(process);
    if (!apart) await this.carryOut(first);
  }

  private async carryOut(step: Step): Promise<void> {
    const { part, name } = step;
    this.announced.remove(step);
    this.cast.current = part;
    this.steps++;
    let settle: () => void;
    let answer: unknown;
    try {
      const given = step.run();
      const answered = isPending(given) ? await given : given;
      answer = answered;
      settle = () => step.resolve(answered);
    } catch (cause) {
      answer = cause;
      settle = () => step.reject(cause);
    }
    this.trace.push({ actor: part.actor.name, step: name, answer });
    const line = this.history.keeps ? [name.place, name.call, name.args, answer] : '';
    if (!step.adrift) await this.goOn(part, line, settle);
  }

  private async carryOutAtOnce<T>(run: () => Awaitable<T>): Promise<T> {
    this.underWay++;
    try {
      return await run();
    } finally {
      this.underWay--;
    }
  }

  /** Lets the part run on until it has announced something or is done. */
  private async goOn(part: Part, line: unknown, settle: () => void): Promise<void> {
    this.cast.current = part;
    this.history.add(part, line);
    const told = part.onStep;
    part.onStep = undefined;
    told?.();
    settle();
    await this.quiet();
  }

  private async befall({ name, happen }: Trouble): Promise<void> {
    this.cast.current = TROUBLE;
    this.steps++;
    // Before it happens: what others do because of it comes after it.
    this.trace.push({ actor: TROUBLE.actor.name, step: name, answer: undefined });
    await happen();
    await this.quiet();
  }

  private async letTimePass(): Promise<boolean> {
    this.cast.current = TROUBLE;
    const process = this.passTime();
    if (process === undefined) return false;
    const one = this.cast.parts.find(({ actor }) => actor.process === process);
    if (one !== undefined) this.history.add(one, 'time passes');
    const step = { place: `process ${process}`, call: 'time passes' };
    this.trace.push({ actor: TROUBLE.actor.name, step, answer: undefined });
    await this.quiet();
    return true;
  }
}

function isPending<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
