import { describe, expect, it } from '@jest/globals';

import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

const ITEMS = [
  ['a', 'new a'],
  ['b', 'new b'],
] as const;

const store = async ({ cache }: Rig) => cache.setBulkWithGens(ITEMS, await cache.snapshotGens(['a', 'b']));
const together = (keys: string[]): Map<string, string> => new Map(keys.map((key) => [key, `row ${key}`]));

/** The names of what is held: the frame of both, and each single. */
const held = (stores: Rig): string[] =>
  [...stores.entries.held.keys()]
    .map((name) => (name === stores.bulkAt('a', 'b') ? 'frame' : name.slice(-1)))
    .toSorted();

describe.each(WITH_BULK)('bulkSeed: $name', ({ rig }) => {
  it("'never': the frame alone is stored, and answers the same list", async () => {
    const stores = rig({ bulkSeed: 'never' });
    expect(await store(stores)).toEqual({ outcome: 'stored', bulk: true, singles: new Map() });
    expect(held(stores)).toEqual(['frame']);
    expect((await stores.cache.getBulk(['a', 'b'])).values).toEqual(new Map(ITEMS));
    expect(await stores.cache.get('a')).toBeUndefined();
  });

  it("'never': an invalidation of one member ends the frame", async () => {
    const stores = rig({ bulkSeed: 'never' });
    await stores.cache.getOrLoadMany(['a', 'b'], together);
    await stores.cache.invalidate('a');
    expect((await stores.cache.getBulk(['a', 'b'])).values).toEqual(new Map());
  });

  it.each(['never', 'missing'] as const)(
    "'%s': no frame holds what was invalidated since it was loaded",
    async (bulkSeed) => {
      const stores = rig({ bulkSeed });
      const observed = await stores.cache.snapshotGens(['a', 'b']);
      await stores.cache.invalidate('a');
      const { outcome, bulk, singles } = await stores.cache.setBulkWithGens(ITEMS, observed);
      expect([outcome, bulk]).toEqual(['stale', false]);
      expect(singles).toEqual(
        new Map([
          ['a', 'stale'],
          ['b', 'stored'],
        ]),
      );
      expect(held(stores)).toEqual(['b']);
    },
  );

  it("'missing': what a current single holds stays as it is", async () => {
    const stores = rig({ bulkSeed: 'missing' });
    await stores.cache.getOrLoad('a', () => 'old a');
    expect(await store(stores)).toEqual({ outcome: 'stored', bulk: true, singles: new Map([['b', 'stored']]) });
    expect(held(stores)).toEqual(['a', 'b', 'frame']);
    expect(await stores.cache.get('a')).toBe('old a');
    expect(await stores.cache.get('b')).toBe('new b');
    expect((await stores.cache.getBulk(['a', 'b'])).values).toEqual(new Map(ITEMS));
  });

  it("'missing': one that is out of date is replaced", async () => {
    const stores = rig({ bulkSeed: 'missing' });
    stores.place('a', stores.generations.issue(stores.at('a')), 'old a');
    await stores.generations.bump(stores.at('a'));
    await store(stores);
    expect(await stores.cache.get('a')).toBe('new a');
  });

  it.each(['never', 'missing'] as const)("'%s': generations live as long as the frame", async (bulkSeed) => {
    const stores = rig({ bulkSeed, ttl: '1m', bulkTtl: '1h' });
    await stores.cache.getOrLoad('a', () => 'old a');
    await store(stores);
    expect([...stores.generations.lives.values()]).toEqual([3_600_000, 3_600_000]);
  });

  it.each(['never', 'missing'] as const)("'%s': where no frame can be written, all are singles", async (bulkSeed) => {
    for (const options of [{ fresh: '1m' }, { disableBulk: true }] as const) {
      const stores = rig({ bulkSeed, ...options });
      await stores.cache.getOrLoadMany(['a', 'b'], together);
      expect(held(stores)).toEqual(['a', 'b']);
    }
    const refusing = rig({ bulkSeed });
    refusing.entries.script.fail('set', 'throw');
    await refusing.cache.getOrLoadMany(['a', 'b'], together);
    expect(held(refusing)).not.toContain('frame');
  });
});

it.each(TOPOLOGIES)("bulkSeed 'never' loses nothing where there are no frames: $name", async ({ rig, shape }) => {
  const stores = rig({ bulkSeed: 'never' });
  await stores.cache.getOrLoadMany(['a', 'b'], together);
  expect((await stores.cache.getBulk(['a', 'b'])).values.size).toBe(2);
  const hasFrames = shape.entries === 'bytes' && !shape.tiered;
  expect(await stores.cache.get('a')).toBe(hasFrames ? undefined : 'row a');
});
