import { afterAll, describe, expect, it } from '@jest/globals';

import { exploreWithin } from '../support/interleaving/budget.js';
import { EverySchedule } from '../support/interleaving/choices.js';
import { EveryState } from '../support/interleaving/every-state.js';
import { explore } from '../support/interleaving/explore.js';
import { OURS } from '../support/interleaving/library.js';
import { MUTANTS } from '../support/interleaving/mutants/catalogue.js';
import { instead } from '../support/interleaving/mutants/broken-copy.js';
import { wrongRead, withBroken } from '../support/interleaving/mutants/mutant.js';
import type { Mutant } from '../support/interleaving/mutants/mutant.js';
import { DELETE_BEFORE_BUMP, NO_COMPARISON } from '../support/interleaving/mutants/order.js';
import { FORGET_WHAT_IS_INVALIDATED_HERE } from '../support/interleaving/mutants/sharing.js';
import { FILL, FILL_AND_ONLOOKER } from '../support/interleaving/programs/fills.js';
import { SHARED_LOAD_AND_LOCAL_INVALIDATION } from '../support/interleaving/programs/sharing.js';
import { print } from '../support/interleaving/report.js';
import { memory } from '../support/interleaving/topologies/memory.js';
import type { Program, Topology } from '../support/interleaving/world.js';

const TIMEOUT_MS = 120_000;
const AT_HAND = MUTANTS.filter(({ isDeep }) => isDeep !== true);

describe('broken variants', () => {
  const table: string[][] = [['variant', 'on', 'caught by']];

  const isCaught = (mutant: Mutant): Promise<void> => {
    const { name, edits, on, caughtBy } = mutant;
    return withBroken(edits, async (library) => {
      const topology = on(library);
      const choices = topology.hasStates === true ? new EveryState() : new EverySchedule();
      expect(await wrongRead(explore(caughtBy, topology, choices), mutant)).toBeDefined();
      table.push([name, topology.name, caughtBy.name]);
    });
  };
  it.each(AT_HAND)('$name: caught', isCaught, TIMEOUT_MS);

  it(
    'an unbroken copy passes the same programs',
    () =>
      withBroken([], async (library) => {
        const pairs = AT_HAND.map(({ on, caughtBy }): [Program, Topology] => [caughtBy, on(library)]);
        const once = new Map(pairs.map((pair) => [pair.map(({ name }) => name).join(), pair]));
        for (const [program, topology] of once.values()) {
          const { schedules } = await exploreWithin({ whole: 20, drawn: 10 }, program, topology);
          expect(schedules).toBeGreaterThan(0);
        }
      }),
    TIMEOUT_MS,
  );

  it('delete before bump leaves G1 alone, so it takes half an invalidation to see it', async () => {
    await withBroken(DELETE_BEFORE_BUMP, async (library) => {
      const topology = memory(library, { stepwise: true });
      expect(await wrongRead(explore(FILL_AND_ONLOOKER, topology))).toBeUndefined();
    });
  });

  it('what an invalidation detaches in its own process is not shared there', async () => {
    await withBroken(FORGET_WHAT_IS_INVALIDATED_HERE, async (library) => {
      const exploration = explore(SHARED_LOAD_AND_LOCAL_INVALIDATION, memory(library));
      expect(await wrongRead(exploration)).toBeUndefined();
    });
  });

  it('a fill without its comparison leaves G1 alone, because reads compare, but is never refused', async () => {
    const late = async (library: typeof OURS): Promise<number> =>
      (await explore(FILL, memory(library, { stepwise: true }))).seen.fills.stale ?? 0;
    expect(await late(OURS)).toBeGreaterThan(0);
    expect(await withBroken(NO_COMPARISON, late)).toBe(0);
  });

  it('a variant whose place has gone from the sources is an error', async () => {
    const gone = { what: 'what is gone', file: 'core/stores/bump-then-delete.ts', in: 'gone', at: { call: 'bump' } };
    await expect(withBroken([instead(gone, '')], () => Promise.resolve())).rejects.toThrow(
      'lost the place of its concept',
    );
  });

  afterAll(() => {
    print('Broken variants, and what caught them', table);
  });
});
