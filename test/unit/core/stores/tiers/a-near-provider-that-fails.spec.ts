import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Fault } from '../../../../support/core/script.js';
import { TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

const CASES = [TIERED, TIERED_ATOMIC].flatMap(({ name, rig }) =>
  (['throw', 'reject'] as const satisfies readonly Fault[]).map((how) => ({ name, rig, how })),
);

describe.each(CASES)('a near provider that fails ($how): $name', ({ rig, how }) => {
  it('is skipped by reads: the tier behind answers, and the fault is reported', async () => {
    const stores = rig();
    for (const key of ['a', 'b']) stores.seed(key, key);
    stores.near?.script.fail('*', how);
    expect(await stores.cache.get('a')).toBe('a');
    await settled();
    expect(stores.events.faults()).toContain('get');
    stores.events.forget();
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([
        ['a', 'a'],
        ['b', 'b'],
      ]),
      missing: [],
    });
    await settled();
    expect(stores.events.faults()).toContain('get');
    expect(stores.events.of('miss')).toEqual([]);
    expect(stores.events.of('heal')).toEqual([]);
  });

  it('fails no fill: the value is stored behind', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    stores.near?.script.fail('*', how);
    expect(await stores.cache.setWithGen('a', 1, observed.get('a') ?? 0)).toBe('stored');
    expect(await stores.cache.setBulkWithGens([['b', 2]], observed)).toMatchObject({ outcome: 'stored' });
    await settled();
    stores.near?.script.mend();
    expect(await stores.cache.get('a')).toBe(1);
    expect(await stores.cache.get('b')).toBe(2);
  });

  it('does not keep the value that a fill has replaced under the same generation', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGen('42');
    await stores.cache.setWithGen('42', 'old', observed);
    stores.near?.script.fail('set', how);
    await stores.cache.setWithGen('42', 'new', observed);
    await settled();
    expect(await stores.cache.get('42')).toBe('new');
  });
});

describe('what near holds under a generation that could not be read', () => {
  it.each(['throw', 'reject'] as const)('is a miss, and is not looked for behind (%s)', async (how) => {
    const stores = TIERED.rig();
    for (const key of ['a', 'b']) stores.seed(key, key);
    stores.loseGenerationStore(how);
    expect(await stores.cache.get('a')).toBeUndefined();
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual(['a', 'b']);
    expect(stores.events.reasons()).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(stores.log.steps()).not.toContain('entries.get');
    stores.generations.script.mend();
    expect(stores.has('a')).toBe(true);
  });
});
