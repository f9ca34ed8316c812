import { exploreWithin } from '../budget.js';
import type { Budget } from '../budget.js';
import { EverySchedule, SomeSchedules } from '../choices.js';
import type { Choices } from '../choices.js';
import { EveryState } from '../every-state.js';
import { explore } from '../explore.js';
import { OURS } from '../library.js';
import { OF_TAGS, OF_TWO_BUILDS, PROGRAMS, QUARTETS, ROUGH } from '../programs/catalogue.js';
import { crowd } from '../programs/crowd.js';
import { memory } from '../topologies/memory.js';
import { near, redis, tiered } from '../topologies/shared.js';
import type { Program, Topology } from '../world.js';
import type { Task } from './task.js';

/** So many runs a program may take; of one that takes more, so many schedules are drawn. */
const BUDGET: Budget = { whole: 600, drawn: 200 };
const MEMORY: Budget = { whole: 2_500, drawn: 500 };
const REAL: Budget = { whole: 40, drawn: 12 };
/** What a process remembers makes states that cannot be told apart. */
const TAGS: Budget = { whole: 0, drawn: 1_000 };
/** In the topologies that hold values in processes four actors have more states. */
const FOUR: Budget = { whole: 4_000, drawn: 800 };
/** Of what is played one by one, although most of it comes to states that are known. */
const ONE_BY_ONE = 800;
const CROWDS = 24;
const OF_A_CROWD = 100;

const ALL = [...PROGRAMS, ...ROUGH];
/** The restart of a real one takes too long for a step. */
const REAL_ONES = ALL.filter(({ troubles }) => troubles?.restarts === undefined);
/** Those without troubles. */
const LIGHT_QUARTETS = QUARTETS.filter(({ troubles }) => troubles === undefined);

/** @param seed of whatever is drawn */
export function searches(seed: number): Task[] {
  const four = { processes: 4 };
  return [
    ...QUARTETS.map((program) => whole(redis(OURS, four), program)),
    ...[near(OURS, four), tiered(OURS, four)].flatMap((topology) => within(FOUR, topology, LIGHT_QUARTETS, seed)),
    ...PROGRAMS.map((program) => search(redis(OURS), program, () => new EverySchedule(ONE_BY_ONE))),
    ...[redis(OURS), redis(OURS, { newKeys: true }), near(OURS), tiered(OURS)].flatMap((topology) =>
      within(BUDGET, topology, ALL, seed),
    ),
    ...(['single steps', 'apart'] as const).flatMap((joined) => within(BUDGET, redis(OURS, { joined }), ALL, seed)),
    ...within(BUDGET, tiered(OURS, { joined: 'apart' }), ALL, seed),
    ...[redis, near, tiered].flatMap((make) => within(BUDGET, make(OURS, { versions: ['2', undefined] }), ALL, seed)),
    ...[false, true].flatMap((stepwise) =>
      (['values', 'bytes'] as const).flatMap((holds) =>
        within(MEMORY, memory(OURS, { holds, stepwise }), PROGRAMS, seed),
      ),
    ),
    ...within(MEMORY, memory(OURS, { holds: 'cells' }), PROGRAMS, seed),
    ...[near, redis, tiered].flatMap((make) => within(TAGS, make(OURS, { tags: true }), OF_TAGS, seed)),
    ...within(TAGS, redis(OURS, { tags: 'everywhere', joined: 'apart' }), OF_TAGS, seed),
    ...ofTwoBuilds(seed),
    ...crowds(seed),
    ...(['redis', 'redis, new keys', 'near', 'tiered'] as const).flatMap((kind) =>
      REAL_ONES.map((program): Task => ({
        name: `${kind}, on a real Redis: ${program.name}`,
        run: async (laboratory) => {
          const topology = (await laboratory.redis()).topology(kind);
          return { explored: await exploreWithin(REAL, program, topology, seed) };
        },
      })),
    ),
  ];
}

function whole(topology: Topology, program: Program): Task {
  return { ...search(topology, program, () => new EveryState()), isHeavy: true };
}

function search(topology: Topology, program: Program, choices: () => Choices): Task {
  return {
    name: `${topology.name}: ${program.name}`,
    run: async () => ({ explored: await explore(program, topology, choices()) }),
  };
}

function within(budget: Budget, topology: Topology, programs: readonly Program[], seed: number): Task[] {
  return programs.map((program) => ({
    name: `${topology.name}: ${program.name}`,
    run: async () => ({ explored: await exploreWithin(budget, program, topology, seed) }),
  }));
}

/** Where stores hold frames. */
function ofTwoBuilds(seed: number): Task[] {
  const topologies = [
    memory(OURS, { holds: 'bytes' }),
    redis(OURS),
    tiered(OURS),
    redis(OURS, { joined: 'single steps' }),
    redis(OURS, { joined: 'apart' }),
  ];
  return topologies.flatMap((topology) => within(BUDGET, topology, OF_TWO_BUILDS, seed));
}

/** Larger programs, put together by the seed. */
function crowds(seed: number): Task[] {
  const topologies = [redis, near, tiered].map((make) => make(OURS, { processes: 3 }));
  return Array.from({ length: CROWDS }, (_, n) => {
    const topology = topologies[n % topologies.length] as Topology;
    return search(topology, crowd(seed + n, 3, n % 2 === 0), () => new SomeSchedules(seed, OF_A_CROWD));
  });
}
