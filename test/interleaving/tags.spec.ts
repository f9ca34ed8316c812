import { describe, expect, it } from '@jest/globals';

import { exploreSome } from '../support/interleaving/budget.js';
import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { OF_TAGS } from '../support/interleaving/programs/catalogue.js';
import { TAG_FAILS } from '../support/interleaving/programs/tags.js';
import { memory } from '../support/interleaving/topologies/memory.js';
import { near, redis, tiered } from '../support/interleaving/topologies/shared.js';

const BUDGET = { whole: 0, drawn: 40 };
// What befalls a server does not befall a process.
const IN_PROCESS = OF_TAGS.filter(({ name, troubles }) => troubles === undefined && !/lost|forgotten/.test(name));
const ON_A_SERVER = [
  near(OURS, { tags: true }),
  redis(OURS, { tags: true }),
  redis(OURS, { tags: 'everywhere', joined: 'apart' }),
  tiered(OURS, { tags: true }),
];

describeRaces(memory(OURS, { holds: 'cells', tags: true }), IN_PROCESS, BUDGET);
describeRaces(memory(OURS, { holds: 'bytes', stepwise: true, tags: true }), IN_PROCESS, BUDGET);
for (const topology of ON_A_SERVER) describeRaces(topology, OF_TAGS, BUDGET);

describe('a tag whose invalidation fails', () => {
  it.each(ON_A_SERVER)('is passed by until it has landed: $name', async (topology) => {
    const { seen } = await exploreSome(BUDGET.drawn, TAG_FAILS, topology);
    expect(seen.faults).toBeGreaterThan(0);
  });
});
