import { describe, expect, it } from '@jest/globals';

import { exploreSome } from '../support/interleaving/budget.js';
import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { LEASED_TAG_FAILS, LEASED_TAG_PROGRAMS } from '../support/interleaving/programs/leased-tags.js';
import { leased } from '../support/interleaving/topologies/leased.js';

const BUDGET = { whole: 0, drawn: 60 };
const TOPOLOGIES = [
  leased('near', OURS, { tags: true }),
  leased('tiered', OURS, { tags: 'everywhere' }),
  leased('near', OURS, { tags: 'everywhere', carries: false }),
];

for (const topology of TOPOLOGIES) describeRaces(topology, LEASED_TAG_PROGRAMS, BUDGET);

describe('a tag whose invalidation fails, under read leases', () => {
  it.each(TOPOLOGIES)(
    'is passed by until it has landed: $name',
    async (topology) => {
      const { seen } = await exploreSome(BUDGET.drawn, LEASED_TAG_FAILS, topology);
      expect(seen.faults).toBeGreaterThan(0);
    },
    120_000,
  );
});
