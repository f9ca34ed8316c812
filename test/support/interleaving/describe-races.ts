import { afterAll, describe, expect, it } from '@jest/globals';

import { exploreWithin } from './budget.js';
import type { Budget } from './budget.js';
import type { Exploration } from './explore.js';
import { count, print } from './report.js';
import type { Program, Topology } from './world.js';

/** A busy machine is slow. */
const TIMEOUT_MS = 300_000;

/** A test for each program: none of its schedules on this topology has a stale read. Prints how many there were. */
export function describeRaces(topology: Topology, programs: readonly Program[], budget: Budget): void {
  describe(topology.name, () => {
    const explored: Exploration[] = [];

    const race = async (program: Program): Promise<void> => {
      const exploration = await exploreWithin(budget, program, topology);
      // The stores of these programs never fail: a fault would be one of ours, and hide what it replaces by a miss.
      expect(exploration.seen.faults).toBe(0);
      explored.push(exploration);
    };
    it.each(programs)('$name: nothing stale', race, TIMEOUT_MS);

    // Where nothing is ever hit nothing is ever stale, and a fill that never lost a race was in none.
    it('caches hit, healed where there is what to heal, and refused late fills meanwhile', () => {
      const total = (of: (exploration: Exploration) => number): number =>
        explored.reduce((sum, exploration) => sum + of(exploration), 0);
      expect(explored).toHaveLength(programs.length);
      expect(total(({ seen }) => seen.hits)).toBeGreaterThan(0);
      if (topology.neverHeals !== true) expect(total(({ seen }) => seen.heals)).toBeGreaterThan(0);
      expect(total(({ seen }) => seen.fills.stale ?? 0)).toBeGreaterThan(0);
    });

    afterAll(() => {
      const rows = explored.map(({ program, schedules, kind }) => [program, count(schedules), kind]);
      const sum = explored.reduce((total, { schedules }) => total + schedules, 0);
      print(`Interleavings on ${topology.name}: ${count(sum)} schedules`, rows);
    });
  });
}
