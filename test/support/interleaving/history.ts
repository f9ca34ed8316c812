import { canonical } from './canonical.js';
import type { Place } from './canonical.js';
import type { Part, Step } from './step.js';
import { textOf } from './texts.js';

/**
 * What has happened in each process, and from that the state of a run.
 *
 * Nothing of a process can be looked at from outside: its promises, its closures, its stores. But it is deterministic,
 * and all that reaches it are the beginnings of its actors, the answers of their steps, and what they are told by the
 * judge (which they remark). So two runs in which the same has happened in a process, in the same order, have left it
 * in the same state. Two runs that have every process, the server, the database and what is under way in the same state
 * can go on in the same ways, whatever the order was in which the processes took their turns: of all but one the rest
 * need not be played.
 *
 * Three things make more states equal, none of which code can tell. Generations are renamed in the order in which they
 * appear: a server issues none twice, and nobody does more with two of them than ask whether they are the same.
 * Processes whose actors are alike are put into one order. And a process that is done is forgotten where it keeps
 * nothing (see `keepsNothing`).
 */
export class History {
  /** Not kept for searches that do not ask for states. */
  keeps = false;
  /**
   * Nothing that a process holds once its actors are done can be seen any more: it has no store of its own, and owes
   * nothing.
   */
  keepsNothing = false;
  private readonly lines = new Map<string, string>();

  add(part: Part, line: unknown): void {
    if (!this.keeps) return;
    const place = placeOf(part);
    this.lines.set(place, `${this.lines.get(place) ?? ''}${part.seat}:${textOf(line)}\n`);
  }

  /** @param surroundings the state of all that is in no process */
  state(parts: readonly Part[], pending: readonly Step[], surroundings: string): string {
    const places = new Map<string, Part[]>();
    for (const part of parts) {
      const place = placeOf(part);
      const own = places.get(place);
      if (own === undefined) places.set(place, [part]);
      else own.push(part);
    }
    // An actor who names a process, or stands for all of them, would notice which is which.
    const anonymous = parts.every(({ actor }) => actor.alike !== undefined);
    const texts = [...places].map(([name, own]): Place => {
      const ended = own.every(({ state }) => state === 'done' || state === 'dead');
      // Who is done may have left something behind that goes on.
      const over = this.keepsNothing && ended && !pending.some(({ part, adrift }) => !adrift && own.includes(part));
      const states = own.map(({ state }) => state).join(' ');
      const sent = pending
        .filter(({ part }) => own.includes(part))
        .map(({ part, name: { call, args }, adrift }) => `${part.seat}${adrift ? '~' : '?'}${textOf([call, args])}`);
      return {
        actors: own.map(({ number }) => number),
        kind: anonymous ? own.map(({ actor }) => actor.alike).join('+') : name,
        text: [over ? '' : (this.lines.get(name) ?? ''), states, ...sent].join('\n'),
      };
    });
    return canonical(texts, surroundings);
  }
}

function placeOf({ actor, number }: Part): string {
  return actor.process === undefined ? `actor ${number}` : `process ${actor.process}`;
}
