import { EverySchedule, SomeSchedules } from './choices.js';
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
/** A guess may be too low by so much before it counts as wrong. */
const ROOM = 4;

/** @throws InterleavingViolation */
export async function exploreWithin(budget: Budget, program: Program, topology: Topology): Promise<Exploration> {
  const { whole, drawn } = process.env['INTERLEAVINGS'] === 'thorough' ? THOROUGH : budget;
  if (whole < Infinity) {
    const probe = new SomeSchedules(SEED, PROBES);
    await explore(program, topology, probe);
    if (probe.estimate > whole) return exploreSome(drawn, program, topology);
  }
  const every = new EverySchedule(whole * ROOM);
  const explored = await explore(program, topology, every);
  return every.complete ? explored : exploreSome(drawn, program, topology);
}

/** @throws InterleavingViolation */
export function exploreSome(count: number, program: Program, topology: Topology): Promise<Exploration> {
  return explore(program, topology, new SomeSchedules(SEED, count));
}
