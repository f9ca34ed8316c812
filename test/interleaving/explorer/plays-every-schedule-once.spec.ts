import { describe, expect, it } from '@jest/globals';

import { EverySchedule, OneSchedule, SomeSchedules } from '../../support/interleaving/choices.js';
import type { Choices } from '../../support/interleaving/choices.js';
import { Stage } from '../../support/interleaving/stage.js';
import type { Actor } from '../../support/interleaving/stage.js';

const steps = (stage: Stage, name: string, count: number, before: () => void = () => undefined): Actor => ({
  name,
  process: 0,
  play: async () => {
    before();
    for (let i = 1; i <= count; i++) await stage.step({ place: name, call: `${i}` }, () => undefined);
  },
});

/** The order of the steps, by the names of their actors. */
const played = (stage: Stage): string => stage.trace.map((line) => line.actor).join('');

async function schedules(choices: Choices, cast: (stage: Stage) => Actor[]): Promise<string[]> {
  const found: string[] = [];
  do {
    const stage = new Stage();
    await stage.play(cast(stage), choices);
    found.push(played(stage));
  } while (choices.advance());
  return found;
}

describe('the explorer', () => {
  it('plays every interleaving of two actors, each once', async () => {
    const found = await schedules(new EverySchedule(), (stage) => [steps(stage, 'a', 2), steps(stage, 'b', 3)]);
    expect(new Set(found).size).toBe(10);
    expect(found).toHaveLength(10);
    expect(found.every((order) => /^(?=.*a.*a)(?=.*b.*b.*b).{5}$/.test(order))).toBe(true);
  });

  it('plays every interleaving of three actors, each once', async () => {
    const cast = (stage: Stage): Actor[] => ['a', 'b', 'c'].map((name) => steps(stage, name, 2));
    const found = await schedules(new EverySchedule(), cast);
    expect(new Set(found).size).toBe(90);
    expect(found).toHaveLength(90);
  });

  it('stops where it is told to, and says so', async () => {
    const cast = (stage: Stage): Actor[] => [steps(stage, 'a', 2), steps(stage, 'b', 3)];
    const [some, exactly] = [new EverySchedule(4), new EverySchedule(10)];
    expect(await schedules(some, cast)).toHaveLength(4);
    expect([some.complete, some.kind]).toEqual([false, 'the first 4']);
    expect(await schedules(exactly, cast)).toHaveLength(10);
    expect([exactly.complete, exactly.kind]).toEqual([true, 'all']);
  });

  it('tells the steps of one actor apart that are pending together', async () => {
    const found: string[] = [];
    const choices = new EverySchedule();
    do {
      const stage = new Stage();
      const pair = ['x', 'y'].map((call) => () => stage.step({ place: 'a', call }, () => undefined));
      const both = async (): Promise<void> => void (await Promise.all(pair.map((start) => start())));
      await stage.play([{ name: 'a', process: 0, play: both }], choices);
      found.push(stage.trace.map((line) => ('step' in line ? line.step.call : '')).join(''));
    } while (choices.advance());
    expect(found).toEqual(['xy', 'yx']);
  });

  it('lets others in between a beginning that touched something and the first step', async () => {
    const order: string[] = [];
    const choices = new EverySchedule();
    do {
      const stage = new Stage();
      const touching = steps(stage, 'a', 1, () => {
        stage.touch();
        stage.remark('looked');
      });
      await stage.play([touching, steps(stage, 'b', 1)], choices);
      order.push(stage.trace.map((line) => ('step' in line ? line.actor : line.remark)).join(' '));
    } while (choices.advance());
    expect(order).toEqual(['looked b a', 'looked a b', 'b looked a']);
  });

  it('plays the same schedules for the same seed, and each again from its choices', async () => {
    const cast = (stage: Stage): Actor[] => [steps(stage, 'a', 4), steps(stage, 'b', 4)];
    const draw = (seed: number): Promise<string[]> => schedules(new SomeSchedules(seed, 20), cast);
    const drawn = await draw(7);
    expect(drawn).toHaveLength(20);
    expect(await draw(7)).toEqual(drawn);
    expect(await draw(8)).not.toEqual(drawn);

    const choices = new SomeSchedules(7, 1);
    const stage = new Stage();
    await stage.play(cast(stage), choices);
    expect(await schedules(new OneSchedule(choices.taken), cast)).toEqual([played(stage)]);
  });

  it('guesses how many schedules there are', async () => {
    const choices = new SomeSchedules(1, 400);
    await schedules(choices, (stage) => [steps(stage, 'a', 4), steps(stage, 'b', 4)]);
    expect(choices.estimate).toBeGreaterThan(50);
    expect(choices.estimate).toBeLessThan(100);
  });

  it('refuses a program that does not do the same for the same choices', async () => {
    let run = 0;
    const cast = (stage: Stage): Actor[] => [steps(stage, 'a', 2), steps(stage, 'b', ++run === 1 ? 2 : 0)];
    await expect(schedules(new EverySchedule(), cast)).rejects.toThrow('Not deterministic');
  });
});
