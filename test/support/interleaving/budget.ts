import { EverySchedule, SomeSchedules } from './choices.js';
import type { Choices } from './choices.js';
import { explore } from './explore.js';
import type { Exploration } from './explore.js';
import type { Program, Topology } from './world.js';

/** How much of a program is explored. */
export interface Budget {
  /** Programs with about as many schedules, or fewer, are explored whole. */
  readonly whole: number;
  /** Of larger ones so many are drawn. */
  readonly drawn: number;
}

export const WHOLE: Budget = { whole: Infinity, drawn: 0 };

/** With `INTERLEAVINGS=thorough` in the environment, in place of what a test run can afford. Takes minutes. */
const THOROUGH: Budget = { whole: 100_000, drawn: 20_000 };

const SEED = 20_240_607;
const PROBES = 30;

/** @throws InterleavingViolation */
export async function exploreWithin(budget: Budget, program: Program, topology: Topology): Promise<Exploration> {
  const thorough = process.env['INTERLEAVINGS'] === 'thorough';
  return explore(program, topology, await choicesWithin(thorough ? THOROUGH : budget, program, topology));
}

/** @throws InterleavingViolation */
export function exploreSome(count: number, program: Program, topology: Topology): Promise<Exploration> {
  return explore(program, topology, new SomeSchedules(SEED, count));
}

async function choicesWithin({ whole, drawn }: Budget, program: Program, topology: Topology): Promise<Choices> {
  if (whole === Infinity) return new EverySchedule();
  const probe = new SomeSchedules(SEED, PROBES);
  await explore(program, topology, probe);
  return probe.estimate <= whole ? new EverySchedule() : new SomeSchedules(SEED, drawn);
}
