import { EverySchedule, SomeSchedules } from './choices.js';
import { EveryState } from './every-state.js';
import { explore } from './explore.js';
import type { Exploration } from './explore.js';
import type { Program, Topology } from './world.js';

/** How much of a program is explored. */
export interface Budget {
  /** Programs that take about as many runs, or fewer, are explored whole. */
  readonly whole: number;
  /** Of larger ones so many schedules are drawn. */
  readonly drawn: number;
}

export const WHOLE: Budget = { whole: Infinity, drawn: 0 };

const SEED = 20_240_607;
const PROBES = 30;
/** A guess may be too low by so much before it counts as wrong. */
const ROOM = 4;

/**
 * The whole program if the budget allows, else so many schedules of it. Where states can be told apart, the whole
 * program is what leads to all of them (see `EveryState`).
 *
 * @throws InterleavingViolation
 */
export async function exploreWithin(
  { whole, drawn }: Budget,
  program: Program,
  topology: Topology,
  seed = SEED,
): Promise<Exploration> {
  if (topology.hasStates === true) {
    const every = new EveryState(whole);
    const explored = await explore(program, topology, every);
    return every.complete ? explored : exploreSome(drawn, program, topology, seed);
  }
  if (whole === 0) return exploreSome(drawn, program, topology, seed);
  if (whole < Infinity) {
    const probe = new SomeSchedules(SEED, PROBES);
    await explore(program, topology, probe);
    if (probe.estimate > whole) return exploreSome(drawn, program, topology, seed);
  }
  const every = new EverySchedule(whole * ROOM);
  const explored = await explore(program, topology, every);
  return every.complete ? explored : exploreSome(drawn, program, topology, seed);
}

/** @throws InterleavingViolation */
export function exploreSome(count: number, program: Program, topology: Topology, seed = SEED): Promise<Exploration> {
  return explore(program, topology, new SomeSchedules(seed, count));
}
