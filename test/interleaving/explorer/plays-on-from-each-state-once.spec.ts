import { describe, expect, it } from '@jest/globals';

import { canonical } from '../../support/interleaving/canonical.js';
import { EverySchedule } from '../../support/interleaving/choices.js';
import type { Choices } from '../../support/interleaving/choices.js';
import { EveryState } from '../../support/interleaving/every-state.js';
import { explore } from '../../support/interleaving/explore.js';
import { OURS } from '../../support/interleaving/library.js';
import { BULK_FILL } from '../../support/interleaving/programs/bulks.js';
import { FILL_AND_ONLOOKER, TWO_FILLS } from '../../support/interleaving/programs/fills.js';
import { INTENT } from '../../support/interleaving/programs/intents.js';
import { LOST_GENERATION, RESTART } from '../../support/interleaving/programs/losses.js';
import { CRASH, LOST_PLAIN_CELL, LOST_REPLY, REPEATED } from '../../support/interleaving/programs/rough.js';
import { ROLLBACK, TRANSACTION } from '../../support/interleaving/programs/transactions.js';
import { near, redis, tiered } from '../../support/interleaving/topologies/shared.js';
import type { Program, Topology } from '../../support/interleaving/world.js';

/** What a search has come across: everything that was read, and how the stores stood in the end. */
async function found(program: Program, topology: Topology, choices: Choices) {
  const reads = new Set<string>();
  const ends = new Set<string>();
  const explored = await explore(program, topology, choices, ({ trace, world, ended }) => {
    for (const line of trace) {
      // Of two that are alike, which one it was does not matter.
      if ('remark' in line) reads.add(`${line.actor.replace(/ \d+$/, '')} ${line.remark}`);
    }
    if (ended) ends.add(canonical([], world.text?.() ?? ''));
  });
  return {
    schedules: explored.schedules,
    runs: explored.runs,
    reads: [...reads].toSorted(),
    ends: [...ends].toSorted(),
  };
}

/** Without the actor that only looks: a program of as many kinds of steps, and of far fewer schedules. */
const withoutOnlooker = (program: Program): Program => ({
  ...program,
  cast: program.cast.filter(({ name }) => name !== 'onlooker'),
});

/**
 * What one by one is played at most. It bounds the work, so that the time limit is far away on a machine that is busy.
 */
const MOST_RUNS = 2_500;
const TIMEOUT_MS = 120_000;

/** Small enough to be played one by one. */
const PROGRAMS = [
  FILL_AND_ONLOOKER,
  BULK_FILL,
  LOST_GENERATION,
  RESTART,
  INTENT,
  LOST_PLAIN_CELL,
  withoutOnlooker(REPEATED),
  withoutOnlooker(CRASH),
  withoutOnlooker(LOST_REPLY),
  TRANSACTION,
  ROLLBACK,
  TWO_FILLS,
];

describe('a search that goes on from each state once', () => {
  it.each(PROGRAMS)(
    '$name: counts every schedule, and finds what playing each of them finds',
    async (program) => {
      const all = await found(program, redis(OURS), new EverySchedule());
      expect(all.runs).toBeLessThan(MOST_RUNS);
      const once = await found(program, redis(OURS), new EveryState(Infinity, false));
      expect({ ...once, runs: 0 }).toEqual({ ...all, runs: 0 });
      expect(once.runs).toBeLessThan(all.runs);

      // With steps that commute with all others taken at once there are fewer schedules, and they find the same.
      const { reads, ends } = all;
      expect(await found(program, redis(OURS), new EveryState())).toMatchObject({ reads, ends });
    },
    TIMEOUT_MS,
  );

  it.each([FILL_AND_ONLOOKER, INTENT])(
    '$name: so it does with stores in processes',
    async (program) => {
      for (const topology of [near(OURS), tiered(OURS)]) {
        const { reads, ends } = await found(program, topology, new EveryState(Infinity, false));
        expect(await found(program, topology, new EveryState())).toMatchObject({ reads, ends });
      }
    },
    TIMEOUT_MS,
  );

  it('takes two processes whose actors do the same for each other', async () => {
    const [reader] = FILL_AND_ONLOOKER.cast;
    const twins = [0, 1].map((process) => ({ ...reader, process })) as Program['cast'];
    const strangers = twins.map((role, n) => ({ ...role, alike: `${n}` }));
    const states = async (cast: Program['cast']): Promise<number> =>
      (await explore({ ...FILL_AND_ONLOOKER, cast }, redis(OURS), new EveryState())).runs;
    expect(await states(twins)).toBeLessThan(await states(strangers));
  });
});
