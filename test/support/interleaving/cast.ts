import { AsyncLocalStorage } from 'node:async_hooks';

import type { Actor, Part } from './step.js';

function extra(name: string): Part {
  const actor = { name, process: undefined, play: () => Promise.resolve() };
  return { actor, number: -1, seat: 0, state: 'playing', onStep: undefined };
}

const SETUP = extra('setup');

/** Stands for what happens by itself: faults, and time that passes. */
export const TROUBLE = extra('trouble');

/** On whose behalf code runs, also where another actor carried out what it waited for: a load that both share, say. */
const BEHALF = new AsyncLocalStorage<Part>();

/** The actors of a run, and which of them is on. */
export class Cast {
  parts: readonly Part[] = [];
  /** The part whose step is carried out, or was carried out last. */
  current = SETUP;

  begin(actors: readonly Actor[]): void {
    this.parts = actors.map((actor, number) => {
      const seat = actors.slice(0, number).filter(({ process }) => process === actor.process).length;
      return { actor, number, seat, state: 'waiting', onStep: undefined };
    });
  }

  end(): void {
    this.current = SETUP;
  }

  /** The part on whose behalf code runs now. Work that belongs to no part counts for the part that set it going. */
  get on(): Part {
    const part = BEHALF.getStore();
    return part !== undefined && this.parts.includes(part) ? part : this.current;
  }

  /** The first part that has begun and not ended. */
  get playing(): Part | undefined {
    return this.parts.find((part) => part.state === 'playing');
  }

  /** Runs the actor of a part. All that it sets going is on its behalf. */
  run(part: Part): Promise<void> {
    return BEHALF.run(part, () => part.actor.play());
  }

  /** Whether an actor of the process is in the middle of something. */
  isBusy(process: number): boolean {
    return this.parts.some(({ actor, state }) => actor.process === process && state === 'playing');
  }

  /** Ends every actor of a process where it stands. */
  kill(process: number): void {
    for (const part of this.parts) {
      if (part.actor.process === process && part.state === 'playing') part.state = 'dead';
    }
  }
}
