import { describe, expect, it } from '@jest/globals';

import { CasValueError } from '../../../../../lib/errors.js';
import { MEMORY, NEAR } from '../../../../support/core/topologies.js';

describe.each([MEMORY, NEAR])("isolation 'frozen', end to end: $name", ({ rig }) => {
  it('all hits are one deeply frozen object', async () => {
    const { cache } = rig({ isolation: 'frozen' });
    await cache.getOrLoad('42', () => ({ user: { tags: ['a'] } }));
    const hit = (await cache.get('42')) as { user: { tags: string[] } };
    expect(await cache.get('42')).toBe(hit);
    expect((await cache.getBulk(['42'])).values.get('42')).toBe(hit);
    expect(() => hit.user.tags.push('spoilt')).toThrow(TypeError);
    expect(() => Object.assign(hit.user, { tags: [] })).toThrow(TypeError);
    expect(hit).toEqual({ user: { tags: ['a'] } });
  });

  it("freezes a copy, never the loader's own object", async () => {
    const { cache } = rig({ isolation: 'frozen' });
    const own = { tags: ['a'] };
    expect(await cache.getOrLoad('42', () => own)).toBe(own);
    own.tags.push('mine');
    expect(await cache.get('42')).toEqual({ tags: ['a'] });
  });

  it.each([
    ['Map', new Map()],
    ['Set', new Set()],
    ['Date', new Date(0)],
    ['Uint8Array', Uint8Array.of(1)],
  ])('refuses what cannot be frozen, naming the path: %s', async (type, part) => {
    const stores = rig({ isolation: 'frozen' });
    const value = { orders: [{ fine: true }, { part }] };
    const observed = await stores.cache.snapshotGen('42');
    const refusal = stores.cache.setWithGen('42', value, observed);
    await expect(refusal).rejects.toBeInstanceOf(CasValueError);
    await expect(refusal).rejects.toThrow(`.orders[1].part is a ${type}`);
    await expect(stores.cache.setBulkWithGens([['42', value]], new Map([['42', observed]]))).rejects.toBeInstanceOf(
      CasValueError,
    );
    expect(stores.entries.held.size).toBe(0);
    expect(Object.isFrozen(value)).toBe(false);
  });
});

describe.each([MEMORY, NEAR])("isolation 'reference', end to end: $name", ({ rig }) => {
  it('a hit is the stored object itself', async () => {
    const { cache } = rig({ isolation: 'reference' });
    const own = new Map([['a', 1]]);
    await cache.getOrLoad('42', () => own);
    expect(await cache.get('42')).toBe(own);
    expect((await cache.getBulk(['42'])).values.get('42')).toBe(own);
    expect(Object.isFrozen(own)).toBe(false);
  });
});
