import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { text } from '../../../../support/core/text-codec.js';
import { WITH_BULK } from '../../../../support/core/topologies.js';

const member = (key: string, gen: number, value: unknown = `bulk ${key}`) => ({ key, gen, payload: text(value) });

const bulkIsThere = (stores: Rig, ...keys: string[]): boolean => stores.entries.held.has(stores.bulkAt(...keys));

/** The bulk entry is gone, and the reason of it was told. */
async function expectDropped(stores: Rig, reason: string, ...keys: string[]): Promise<void> {
  await settled();
  expect(bulkIsThere(stores, ...keys)).toBe(false);
  const why = reason === 'undecodable' ? { cause: expect.any(Error) } : {};
  expect(stores.events.of('heal').filter(({ bulk }) => bulk)).toEqual([
    { type: 'heal', namespace: 'user', key: undefined, bulk: true, reason, ...why },
  ]);
}

describe.each(WITH_BULK)('a frame with a bad member: $name', ({ rig }) => {
  it('one stale member: bulk dropped, the others served from singles, only it missing', async () => {
    for (const [behind, at] of [
      [1, 0],
      [1, 1],
      [1, 2],
      [-1, 1],
    ] as const) {
      const stores = rig();
      const keys = ['a', 'b', 'c'];
      const members = keys.map((key) => member(key, stores.seed(key, `single ${key}`)));
      const moved = keys[at] as string;
      stores.placeBulk(
        keys,
        members.map((each) => (each.key === moved ? { ...each, gen: each.gen - behind } : each)),
      );
      stores.entries.held.delete(stores.at(moved));
      const { values, missing } = await stores.cache.getBulk(keys);
      expect(missing).toEqual([moved]);
      expect([...values.values()]).toEqual(keys.filter((key) => key !== moved).map((key) => `single ${key}`));
      await expectDropped(stores, 'stale', ...keys);
    }
  });

  it('a member without a current generation: the same, also when it carries 0', async () => {
    for (const carried of [7, 0]) {
      const stores = rig();
      stores.placeBulk(['a', 'b'], [member('a', stores.seed('a', 'single a')), member('b', carried)]);
      expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
        values: new Map([['a', 'single a']]),
        missing: ['b'],
      });
      await expectDropped(stores, 'generation-absent', 'a', 'b');
    }
  });

  it('a member whose key is open is not served', async () => {
    const stores = rig();
    stores.placeBulk(
      ['a', 'b'],
      [member('a', stores.seed('a', 'single a')), member('b', stores.seed('b', 'single b'))],
    );
    stores.generations.open(stores.at('b'));
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([['a', 'single a']]),
      missing: ['b'],
    });
    expect(stores.events.reasons()).toEqual(['open']);
  });

  it('a member absent from the frame: not served from the bulk', async () => {
    const stores = rig();
    stores.placeBulk(['a', 'b'], [member('a', stores.seed('a', 'single a'))]);
    stores.generations.issue(stores.at('b'));
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([['a', 'single a']]),
      missing: ['b'],
    });
    await expectDropped(stores, 'corrupt', 'a', 'b');
  });

  it('extras in the frame, stale or undecodable, are ignored', async () => {
    const stores = rig();
    const generation = stores.seed('a', 'single a');
    stores.placeBulk(
      ['a'],
      [
        member('stale', 1),
        member('a', generation),
        { key: 'undecodable', gen: stores.seed('undecodable', 'x'), payload: Buffer.from('nonsense') },
      ],
    );
    expect(await stores.cache.getBulk(['a'])).toEqual({ values: new Map([['a', 'bulk a']]), missing: [] });
    expect(bulkIsThere(stores, 'a')).toBe(true);
  });

  it('a key twice in a frame: the last wins', async () => {
    const stores = rig();
    const generation = stores.seed('a', 'single a');
    stores.placeBulk(['a'], [member('a', generation - 1, 'first'), member('a', generation, 'last')]);
    expect((await stores.cache.getBulk(['a'])).values.get('a')).toBe('last');
    stores.placeBulk(['a'], [member('a', generation, 'first'), member('a', generation - 1, 'last')]);
    expect((await stores.cache.getBulk(['a'])).values.get('a')).toBe('single a');
    await expectDropped(stores, 'stale', 'a');
  });

  it('undecodable member: bulk dropped, singles asked', async () => {
    const stores = rig();
    stores.placeBulk(
      ['a', 'b'],
      [
        member('a', stores.seed('a', 'single a')),
        { key: 'b', gen: stores.seed('b', 'single b'), payload: Buffer.from('nonsense') },
      ],
    );
    const { values } = await stores.cache.getBulk(['a', 'b']);
    expect([...values.values()]).toEqual(['single a', 'single b']);
    await expectDropped(stores, 'undecodable', 'a', 'b');
  });
});
