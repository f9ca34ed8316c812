import type { Awaitable } from '../../../lib/contracts/awaitable.js';

/** Does one thing after another, and waits between two of them until it is chosen. */
export interface Actor {
  readonly name: string;
  /** The process that the actor lives in, and dies with. `undefined`: none of ours. */
  readonly process: number | undefined;
  /** Actors alike do the same. Two processes whose actors are alike may be taken for each other. */
  readonly alike?: string | undefined;
  /** The actor begins something else when it has come to an end with one thing. */
  readonly goesOn?: boolean | undefined;
  play(): Promise<void>;
}

/** What a step is, for the schedule that a violation prints. */
export interface StepName {
  readonly place: string;
  readonly call: string;
  readonly args?: readonly unknown[];
  /** It goes over a wire: once announced, it may still be carried out after its process died. */
  readonly remote?: boolean;
  /** Whether it can change nothing any more, and its answer is certain. Once it is true it stays so. */
  readonly isSpent?: () => boolean;
}

/** One line of what happened, in order. A step has its answer, a remark has none. */
export type TraceLine =
  | { readonly actor: string; readonly step: StepName; readonly answer: unknown }
  | { readonly actor: string; readonly remark: string };

/** An actor in a run. */
export interface Part {
  readonly actor: Actor;
  readonly number: number;
  /** Its place among the actors of its process, from 0. */
  readonly seat: number;
  state: 'waiting' | 'playing' | 'done' | 'dead';
  /** Told once, when the next step of this part has been carried out. */
  onStep: (() => void) | undefined;
}

/** An operation that was announced. */
export interface Step {
  readonly part: Part;
  readonly name: StepName;
  readonly run: () => Awaitable<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: unknown) => void;
  /** Its actor does not wait for it any more: it may be carried out at any time, or never. */
  adrift: boolean;
}

/** Something that may happen now, or never. */
export interface Trouble {
  readonly name: StepName;
  readonly happen: () => Awaitable<unknown>;
}
