import { EveryState } from '../every-state.js';
import { explore } from '../explore.js';
import { MUTANTS } from '../mutants/catalogue.js';
import { withBroken, wrongRead } from '../mutants/mutant.js';
import { SCRIPT_MUTANTS } from '../mutants/scripts.js';
import { SERVER_MUTANTS } from '../mutants/servers.js';
import { tryMutant } from '../mutants/trial.js';
import type { Trial } from '../mutants/trial.js';
import type { Task } from './task.js';

/** A trial of every mutant. */
export function trials(): Task[] {
  return [
    ...MUTANTS.map((mutant): Task => ({
      ...trial(mutant.name, () => tryMutant(mutant)),
      isHeavy: mutant.isDeep === true,
    })),
    ...SCRIPT_MUTANTS.map(({ name, edits, on, caughtBy }): Task =>
      trial(name, (laboratory) =>
        withBroken(edits, (library) =>
          laboratory.with(library, async (real) => {
            const topology = real.topology(on);
            const caught = (await wrongRead(explore(caughtBy, topology, new EveryState()))) !== undefined;
            return { mutant: name, on: topology.name, program: caughtBy.name, caught, others: [] };
          }),
        ),
      ),
    ),
    ...SERVER_MUTANTS.map(({ name, edits, caughtBy }): Task =>
      trial(name, () =>
        withBroken(edits, async (library) => {
          const caught = await caughtBy.play(library);
          return { mutant: name, on: 'real servers', program: caughtBy.name, caught, others: [] };
        }),
      ),
    ),
  ];
}

function trial(name: string, run: (laboratory: Parameters<Task['run']>[0]) => Promise<Trial>): Task {
  return { name: `broken: ${name}`, run: async (laboratory) => ({ tried: await run(laboratory) }) };
}
