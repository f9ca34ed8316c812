import { describe, expect, it } from '@jest/globals';

import { CasConfigError, CasKeyError } from '../../../../../lib/errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { tenants } from '../../../../support/core/tenants.js';
import { ATOMIC, TOPOLOGIES } from '../../../../support/core/topologies.js';

const rows = (keys: readonly string[]): Map<string, string> =>
  new Map(keys.filter((key) => key !== 'none').map((key) => [key, `row ${key}`]));

describe.each(TOPOLOGIES)('getOrLoadMany with positions: $name', ({ rig }) => {
  it('answers one slot for each key, cached or loaded, in their order', async () => {
    const { cache } = rig();
    await cache.getOrLoad('b', () => 'cached b');
    const answer = await cache.getOrLoadMany(['c', 'none', 'b', 'a', 'c'], rows, { positions: true });
    expect(answer).toEqual(['row c', undefined, 'cached b', 'row a', 'row c']);
    expect(1 in answer).toBe(true);
  });

  it("answers null where that is cached, with missing: 'negative'", async () => {
    const { cache } = rig();
    const options = { positions: true, missing: 'negative' } as const;
    expect(await cache.getOrLoadMany(['none', 'a'], rows, options)).toEqual([null, 'row a']);
    expect(await cache.getOrLoadMany(['none', 'a'], () => new Map(), options)).toEqual([null, 'row a']);
  });
});

describe('getOrLoadMany with positions', () => {
  const { cache } = ATOMIC.rig();

  it('answers for the keys as they were when it was called', async () => {
    const gate = new Deferred<Map<string, string>>();
    const keys = ['x', 'y'];
    const answer = cache.getOrLoadMany(keys, () => gate.promise, { positions: true });
    keys.length = 0;
    gate.resolve(rows(['x', 'y']));
    expect(await answer).toEqual(['row x', 'row y']);
  });

  it('answers nothing for no keys', async () => {
    expect(await cache.getOrLoadMany([], rows, { positions: true })).toEqual([]);
  });

  it('answers a Map with false', async () => {
    expect(await cache.getOrLoadMany(['a'], rows, { positions: false })).toEqual(rows(['a']));
  });

  it('refuses what is no list of keys, and no boolean', async () => {
    await expect(cache.getOrLoadMany([1] as never, rows, { positions: true })).rejects.toThrow(CasKeyError);
    await expect(cache.getOrLoadMany(undefined as never, rows, { positions: true })).rejects.toThrow();
    await expect(cache.getOrLoadMany(['a'], rows, { positions: 1 } as never)).rejects.toThrow(CasConfigError);
  });

  it('is of one partition', async () => {
    const tenant = tenants<string>();
    expect(await tenant.cache.getOrLoadMany(['a', 'none'], rows, { positions: true })).toEqual(['row a', undefined]);
    const tagged = tenants<string>({ tags: true });
    const options = { positions: true, tags: ['t'] } as const;
    expect(await tagged.cache.getOrLoadMany(['a', 'none'], rows, options)).toEqual(['row a', undefined]);
  });
});
