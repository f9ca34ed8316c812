import { describe, expect, it } from '@jest/globals';

import { EverySchedule } from '../../support/interleaving/choices.js';
import { Stage } from '../../support/interleaving/stage.js';
import type { Actor } from '../../support/interleaving/stage.js';

/** Every order of what happens when process 0 dies while its actor has one step on the way. */
async function orders(remote: boolean): Promise<string[]> {
  const found: string[] = [];
  const choices = new EverySchedule();
  do {
    const stage = new Stage();
    const sender: Actor = {
      name: 'sender',
      process: 0,
      play: async () => {
        await stage.step({ place: 'sender', call: 'first' }, () => undefined);
        await stage.step({ place: 'sender', call: 'second', remote }, () => undefined);
        stage.remark('went on');
      },
    };
    const killer: Actor = {
      name: 'killer',
      process: undefined,
      play: () => stage.step({ place: 'killer', call: 'kill' }, () => stage.kill(0)),
    };
    await stage.play([sender, killer], choices);
    found.push(stage.trace.map((line) => ('step' in line ? line.step.call : line.remark)).join(', '));
  } while (choices.advance());
  return found.toSorted();
}

describe('a process that dies', () => {
  it('has what it sent arrive afterwards, or never, and goes on in neither case', async () => {
    expect(await orders(true)).toEqual([
      'first, kill',
      'first, kill, second',
      'first, second, went on, kill',
      'kill, first, second, went on',
    ]);
  });

  it('takes with it what it had not sent', async () => {
    expect(await orders(false)).toEqual([
      'first, kill',
      'first, second, went on, kill',
      'kill, first, second, went on',
    ]);
  });
});

describe('an actor', () => {
  it('that waits for what nobody will do is reported', async () => {
    const waiting: Actor = { name: 'waiting', process: 0, play: () => new Promise(() => undefined) };
    await expect(new Stage().play([waiting], new EverySchedule())).rejects.toThrow('waiting waits for something');
  });

  it('that fails ends the run with its error', async () => {
    const stage = new Stage();
    const failing: Actor = {
      name: 'failing',
      process: 0,
      play: async () => {
        await stage.step({ place: 'failing', call: 'one' }, () => undefined);
        throw new Error('it failed');
      },
    };
    await expect(stage.play([failing], new EverySchedule())).rejects.toThrow('it failed');
  });

  it('is told of the failure of his step', async () => {
    const stage = new Stage();
    let told: unknown;
    const asking: Actor = {
      name: 'asking',
      process: 0,
      play: () =>
        stage
          .step({ place: 'asking', call: 'one' }, () => Promise.reject(new Error('the store failed')))
          .catch((cause: unknown) => void (told = cause)),
    };
    await stage.play([asking], new EverySchedule());
    expect(told).toEqual(new Error('the store failed'));
  });
});

describe('a setup', () => {
  it('is over when what it began without waiting is done too', async () => {
    const stage = new Stage();
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let after = 'not yet';
    void stage
      .step({ place: 'setup', call: 'first' }, () => arrived)
      .then(async () => {
        await stage.step({ place: 'setup', call: 'second' }, () => undefined);
        after = 'done';
      });
    setImmediate(() => setImmediate(arrive));
    await stage.rest();
    expect(after).toBe('done');
  });
});
