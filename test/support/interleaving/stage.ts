import { AsyncLocalStorage } from 'node:async_hooks';

import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { Choices } from './choices.js';
import { History } from './history.js';
import { nextTurn, noMicrotaskLeft } from './quiet.js';
import type { Actor, Part, Step, StepName, TraceLine, Trouble } from './step.js';

export type { Actor, StepName, TraceLine, Trouble } from './step.js';

const NOBODY: Part = {
  actor: { name: 'setup', process: undefined, play: () => Promise.resolve() },
  number: -1,
  seat: 0,
  state: 'playing',
  onStep: undefined,
};

/** On whose behalf code runs, also where what it waited for was done by another: by who ran the load that it shares, say. */
const BEHALF = new AsyncLocalStorage<Part>();

const TROUBLE: Part = { ...NOBODY, actor: { ...NOBODY.actor, name: 'trouble' } };

/** Somebody waits for what nobody will do. */
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
 * Runs actors one step at a time. Whatever could interleave announces itself with {@link step} and waits until it is
 * chosen; then it is carried out whole, its actor runs on to the next announcement or the end, and only then is the next
 * step chosen. So a schedule is the list of choices, and the same choices give the same run.
 *
 * An actor's first step is taken together with his beginning, unless he {@link touch}ed something before it, or something
 * may happen to what is on its way ({@link beginsApart}): nothing that others do in between could make a difference.
 */
export class Stage {
  readonly trace: TraceLine[] = [];
  /** What may befall the run now. */
  troubles: () => readonly Trouble[] = () => [];
  /**
   * The generations of keys were read by whoever is on now: what he hits is judged by what is committed at this moment.
   * `atOnce`: before anything else happens, or not at all.
   */
  checks: (keys: readonly string[], atOnce: boolean) => void = () => undefined;
  /** A cache has answered whoever is on now with what it holds. */
  hits: (key: string) => void = () => undefined;
  /** Nothing else can happen, and somebody waits: lets the next timer of a process ring, and answers which process's. */
  passTime: () => number | undefined = () => undefined;
  /** Whether a step from a process may be lost, or outlive its actor, already before it is carried out. */
  beginsApart: (process: number) => boolean = () => false;
  /** What there is besides the actors and what they announced, for the state of the run. */
  surroundings: () => string = () => '';
  steps = 0;
  readonly history = new History();
  private pending: Step[] = [];
  private parts: Part[] = [];
  private current = NOBODY;
  private playing = false;
  private touched = false;
  private underWay = 0;
  private failure: { readonly cause: unknown } | undefined;
  private readonly quiet: () => Promise<void>;

  /** @param sockets whether answers come from outside of this process */
  constructor({ sockets = false }: { readonly sockets?: boolean } = {}) {
    this.quiet = sockets ? nextTurn : noMicrotaskLeft;
  }

  /** Announces an operation and carries it out when it is chosen. Outside of `play` that is at once. */
  step<T>(name: StepName, run: () => Awaitable<T>): Promise<T> {
    if (!this.playing) return this.carryOutAtOnce(run);
    return new Promise<T>((resolve, reject) => {
      const { on: part } = this;
      this.pending.push({ part, name, run, resolve: resolve as (answer: unknown) => void, reject, adrift: false });
    });
  }

  /** Announces an operation whose answer nobody hears: it is carried out when it is chosen, or never. */
  send(name: StepName, run: () => Awaitable<unknown>): void {
    const nothing = (): void => undefined;
    this.pending.push({ part: this.on, name, run, resolve: nothing, reject: nothing, adrift: true });
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
    this.trace.push({ actor: this.on.actor.name, remark: text });
    this.history.add(this.on, text);
  }

  /** What the actor who is on now has learnt, without a line of its own. */
  note(text: string): void {
    this.history.add(this.on, text);
  }

  /** Calls back once, when the next step of the actor who is on now has been carried out. */
  afterNextStep(call: () => void): void {
    this.on.onStep = call;
  }

  /** Who is on now. */
  get onNow(): number {
    return this.on.number;
  }

  /** Work that is nobody's in particular is done by who set it going. */
  private get on(): Part {
    const part = BEHALF.getStore();
    return part !== undefined && this.parts.includes(part) ? part : this.current;
  }

  stateOf(part: number): Part['state'] | undefined {
    return this.parts[part]?.state;
  }

  /** Whether an actor of the process is in the middle of something. */
  isBusy(process: number): boolean {
    return this.parts.some(({ actor, state }) => actor.process === process && state === 'playing');
  }

  /** What is on its way to a place and somebody waits for. */
  sentTo(place: string): Step[] {
    return this.pending.filter(({ adrift, name }) => !adrift && name.remote === true && name.place === place);
  }

  /** Ends every actor of a process where he stands. What he had sent may still arrive, now or much later, or never. */
  kill(process: number): void {
    for (const part of this.parts) {
      if (part.actor.process === process && part.state === 'playing') part.state = 'dead';
    }
    // What those have left behind who are done dies too.
    const dies = ({ actor, state }: Part): boolean => state === 'dead' || actor.process === process;
    this.pending = this.pending.filter(({ part, name }) => !dies(part) || name.remote === true);
    for (const step of this.pending) if (dies(step.part)) step.adrift = true;
  }

  /** What nobody waits for any more, of an actor and on its way to a place, will never be carried out. */
  drop(actor: number, place: string): void {
    this.pending = this.pending.filter(({ part, name, adrift }) => {
      return !adrift || part.number !== actor || name.place !== place;
    });
  }

  /** The other end of the wire is gone: whatever was on its way fails, and none of it is ever carried out. */
  async loseAll(place: string, cause: Error): Promise<void> {
    const lost = this.sentTo(place);
    this.pending = this.pending.filter(({ name }) => name.place !== place);
    for (const step of lost) {
      step.adrift = true;
      await this.goOn(step.part, `${step.name.call} lost`, () => step.reject(cause));
    }
  }

  /**
   * The one who waits for a step is told that it failed. It may be carried out all the same, now or much later, or never.
   *
   * @param forGood it changes nothing, so that its being carried out makes no difference
   */
  async lose(step: Step, cause: Error, forGood: boolean): Promise<void> {
    step.adrift = true;
    if (forGood) this.pending.splice(this.pending.indexOf(step), 1);
    await this.goOn(step.part, `${step.name.call} lost`, () => step.reject(cause));
  }

  /**
   * Plays until every actor is done and nothing is pending that anybody waits for. What is adrift may come at any point of
   * that, or after it, or never; and so may troubles.
   *
   * @returns `false` when it was broken off, because all that could follow is known
   * @throws what an actor threw; or an error when an actor waits for what nobody will do
   */
  async play(actors: readonly Actor[], choices: Pick<Choices, 'choose' | 'byState' | 'shortcuts'>): Promise<boolean> {
    this.playing = true;
    this.parts = actors.map((actor, number) => {
      const seat = actors.slice(0, number).filter(({ process }) => process === actor.process).length;
      return { actor, number, seat, state: 'waiting', onStep: undefined };
    });
    this.history.keeps = choices.byState === true;
    const state = (): string => this.history.state(this.parts, this.pending, this.surroundings());
    try {
      for (;;) {
        const options = this.options(choices.shortcuts === true);
        const choice = options.length === 1 ? 0 : choices.choose(options.length, state);
        if (choice === undefined) return false;
        const option = options[choice] as Option;
        if (option === 'nothing more') {
          if (this.stuck === undefined || !(await this.letTimePass())) break;
          continue;
        }
        if ('enters' in option) await this.enter(option.enters);
        else if ('step' in option) await this.carryOut(option.step);
        else await this.befall(option.trouble);
        if (this.failure !== undefined) throw this.failure.cause;
      }
    } finally {
      this.playing = false;
      this.pending = [];
      this.current = NOBODY;
    }
    const { stuck } = this;
    if (stuck !== undefined) throw new Deadlock(`${stuck.actor.name} waits for something that will never come.`);
    return true;
  }

  private get stuck(): Part | undefined {
    return this.parts.find((part) => part.state === 'playing');
  }

  private async letTimePass(): Promise<boolean> {
    this.current = TROUBLE;
    const process = this.passTime();
    if (process === undefined) return false;
    const one = this.parts.find(({ actor }) => actor.process === process);
    if (one !== undefined) this.history.add(one, 'time passes');
    this.trace.push({
      actor: TROUBLE.actor.name,
      step: { place: `process ${process}`, call: 'time passes' },
      answer: undefined,
    });
    await this.quiet();
    return true;
  }

  private options(reduced: boolean): Option[] {
    const harmless = reduced ? this.pending.find((step) => this.isPrivate(step) || this.isSpent(step)) : undefined;
    if (harmless !== undefined) return [{ step: harmless }];
    const options: Option[] = [];
    let over = true;
    for (const part of this.parts) {
      if (part.state !== 'waiting') continue;
      options.push({ enters: part });
      over = false;
    }
    for (const step of this.pending) {
      options.push({ step });
      over &&= step.adrift;
    }
    for (const trouble of this.troubles()) options.push({ trouble });
    if (over) options.push('nothing more');
    return options;
  }

  /**
   * A step inside of a process where nobody else is, and where nothing from outside reaches (of everybody it is known where
   * he lives). It commutes with all that others do, and with the death of the process: so it is taken at once.
   */
  private isPrivate({ part, name }: Step): boolean {
    if (name.remote === true || part.actor.process === undefined) return false;
    const others = this.parts.filter((other) => other !== part);
    const alone = others.every(({ actor, state }) => {
      if (actor.process === undefined) return false;
      return actor.process !== part.actor.process || state === 'done' || state === 'dead';
    });
    return alone && this.pending.filter((step) => step.part.actor.process === part.actor.process).length === 1;
  }

  /** A step that comes to nothing, whenever it is taken: so it is taken at once. Nobody may hear of its end but its actor. */
  private isSpent({ part, name, adrift }: Step): boolean {
    const { actor } = part;
    if (adrift || actor.goesOn === true || actor.process === undefined || this.beginsApart(actor.process)) return false;
    return name.isSpent?.() === true && !this.hasCompany(part);
  }

  /** Whether others of his process may wait for what he does, or come to. */
  private hasCompany(part: Part): boolean {
    return this.parts.some(
      (other) =>
        other !== part &&
        other.actor.process === part.actor.process &&
        (other.state === 'waiting' || other.state === 'playing'),
    );
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
    this.history.add(part, 'begins');
    BEHALF.run(part, () => part.actor.play()).then(
      () => {
        if (part.state === 'playing') part.state = 'done';
      },
      (cause: unknown) => {
        if (part.state !== 'dead') this.failure ??= { cause };
      },
    );
    await this.quiet();
    const own = this.pending.filter((step) => step.part === part);
    const { process } = part.actor;
    const apart = own[0]?.name.remote === true && process !== undefined && this.beginsApart(process);
    const together = !this.touched && !apart;
    if (own.length === 1 && together && this.failure === undefined) await this.carryOut(own[0] as Step);
  }

  private async carryOut(step: Step): Promise<void> {
    const { part, name } = step;
    this.pending.splice(this.pending.indexOf(step), 1);
    this.current = part;
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
    if (!step.adrift)
      await this.goOn(part, this.history.keeps ? [name.place, name.call, name.args, answer] : '', settle);
  }

  /** Lets the part run on until it has announced something or is done. */
  private async goOn(part: Part, line: unknown, settle: () => void): Promise<void> {
    this.current = part;
    this.history.add(part, line);
    const told = part.onStep;
    part.onStep = undefined;
    told?.();
    settle();
    await this.quiet();
  }

  private async befall({ name, happen }: Trouble): Promise<void> {
    this.current = TROUBLE;
    this.steps++;
    // Before it happens: what others do because of it comes after it.
    this.trace.push({ actor: TROUBLE.actor.name, step: name, answer: undefined });
    await happen();
    await this.quiet();
  }
}

function isPending<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
