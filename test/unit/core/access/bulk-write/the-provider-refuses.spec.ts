import { describe, expect, it } from '@jest/globals';

import { ATOMIC, BYTES, MEMORY, NEAR, WITH_BULK } from '../../../../support/core/topologies.js';

const ITEMS = Object.entries({ a: 1, b: 2 });
const KEYS = ['a', 'b'];
const SINGLES = new Map([
  ['a', 'stored'],
  ['b', 'stored'],
]);

describe.each(WITH_BULK)('bulk refused by the provider: singles: $name', ({ rig }) => {
  it('because it has no room', async () => {
    const stores = rig();
    stores.entries.refuses = (key) => key.startsWith('bulk:');
    const result = await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    expect(result).toEqual({ outcome: 'stored', bulk: false, singles: SINGLES });
    expect((await stores.cache.getBulk(KEYS)).missing).toEqual([]);
    expect(stores.events.of('fault')).toEqual([]);
    expect(stores.events.of('bulk-fill')).toEqual([
      { type: 'bulk-fill', namespace: 'user', keys: 2, outcome: 'stored', bulk: false },
    ]);
  });

  it.each(['throw', 'reject'] as const)('because it failed (%s)', async (how) => {
    const stores = rig();
    const cause = new Error('disk full');
    stores.entries.script.fail('set', how, cause);
    const result = await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    expect(result).toEqual({ outcome: 'stored', bulk: false, singles: SINGLES });
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'setBulk', key: undefined, cause },
    ]);
  });
});

describe('the outcome of many', () => {
  it.each([
    ['stale', ['stored', 'stale']],
    ['rejected', ['stored', 'stale', 'rejected']],
    ['unavailable', ['stored', 'stale', 'rejected', 'unavailable']],
  ])('is the gravest of them: %s', async (gravest, outcomes) => {
    const stores = MEMORY.rig();
    const observed = await stores.cache.snapshotGens(outcomes);
    if (outcomes.includes('unavailable')) observed.set('unavailable', 0);
    stores.generations.issue(stores.at('stale'));
    stores.entries.refuses = (key) => key.endsWith(':rejected');
    expect(
      await stores.cache.setBulkWithGens(
        outcomes.map((key) => [key, 1]),
        observed,
      ),
    ).toEqual({
      outcome: gravest,
      bulk: false,
      singles: new Map(outcomes.map((outcome) => [outcome, outcome])),
    });
  });
});

describe('singles refused by the provider', () => {
  it('are served from the frame that holds them too', async () => {
    const stores = BYTES.rig();
    stores.entries.refuses = (key) => key.startsWith('single:');
    const result = await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    expect(result).toEqual({
      outcome: 'stored',
      bulk: true,
      singles: new Map([
        ['a', 'rejected'],
        ['b', 'rejected'],
      ]),
    });
    expect((await stores.cache.getBulk(KEYS)).values).toEqual(new Map(ITEMS));
    expect(await stores.cache.get('a')).toBeUndefined();
  });

  it.each([MEMORY, NEAR])("are 'rejected' where there is no frame: $name", async ({ rig }) => {
    const stores = rig();
    stores.entries.refuses = (key) => key.endsWith(':b');
    const result = await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    expect(result).toEqual({
      outcome: 'rejected',
      bulk: false,
      singles: new Map([
        ['a', 'stored'],
        ['b', 'rejected'],
      ]),
    });
  });

  it.each([BYTES, ATOMIC, NEAR])('because the call failed: one event, and each is rejected: $name', async ({ rig }) => {
    const stores = rig();
    const cause = new Error('disk full');
    const observed = await stores.cache.snapshotGens(KEYS);
    stores.failWrites('reject', cause);
    expect(await stores.cache.setBulkWithGens(ITEMS, observed)).toEqual({
      outcome: 'rejected',
      bulk: false,
      singles: new Map([
        ['a', 'rejected'],
        ['b', 'rejected'],
      ]),
    });
    expect(stores.events.of('fault')[0]).toMatchObject({ operation: 'set', key: undefined, cause });
  });
});
