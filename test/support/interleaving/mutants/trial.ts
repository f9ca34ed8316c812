import { exploreSome } from '../budget.js';
import { EverySchedule } from '../choices.js';
import { EveryState } from '../every-state.js';
import { explore } from '../explore.js';
import { PROGRAMS, ROUGH } from '../programs/catalogue.js';
import type { Program, Topology } from '../world.js';
import { wrongRead, withBroken } from './mutant.js';
import type { Mutant } from './mutant.js';

/** What became of a mutant. */
export interface Trial {
  readonly mutant: string;
  readonly on: string;
  /** The program that is named for it. */
  readonly program: string;
  readonly caught: boolean;
  /** The other programs that caught it at a glance, by their numbers in the catalogue. */
  readonly others: readonly number[];
}

/** Schedules that show which programs have an eye for a mutant. The one that is named for it sees all of its own. */
const GLANCE = 25;

export function tryMutant(mutant: Mutant): Promise<Trial> {
  const { name, edits, on, caughtBy } = mutant;
  return withBroken(edits, async (library) => {
    const topology = on(library);
    const choices = topology.hasStates === true ? new EveryState() : new EverySchedule();
    const caught = (await wrongRead(explore(caughtBy, topology, choices), mutant)) !== undefined;
    const others = await catchers(topology, mutant);
    return { mutant: name, on: topology.name, program: caughtBy.name, caught, others };
  });
}

async function catchers(topology: Topology, mutant: Mutant): Promise<number[]> {
  const numbers: number[] = [];
  const programs = topology.hasStates === true ? [...PROGRAMS, ...ROUGH] : PROGRAMS;
  for (const [i, program] of programs.entries()) {
    if (program !== mutant.caughtBy && (await isCaughtBy(program, topology, mutant))) numbers.push(i + 1);
  }
  return numbers;
}

async function isCaughtBy(program: Program, topology: Topology, mutant: Mutant): Promise<boolean> {
  return (await wrongRead(exploreSome(GLANCE, program, topology), mutant)) !== undefined;
}
