import { describe, expect, it } from '@jest/globals';

import { stableKey } from '../../../../../lib/keys/stable-key.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('swr: $name', ({ rig }) => {
  it('loads once, serves what is older than fresh at once, and loads that anew behind', async () => {
    const { cache, timers } = rig();
    let version = 0;
    const read = (): Promise<unknown> => cache.swr({ key: '42', load: () => ++version, fresh: '1m', ttl: '1h' });
    expect([await read(), await read()]).toEqual([1, 1]);
    timers.advance(60_000);
    expect(await read()).toBe(1);
    await settled();
    expect(await read()).toBe(2);
    await cache.invalidate('42');
    expect(await read()).toBe(3);
  });

  it('takes what a key is made of, and hands the rest to getOrLoad', async () => {
    const { cache } = rig();
    const parts = ['search', { page: 2, q: 'ada' }] as const;
    expect(await cache.swr({ key: parts, load: () => 'found', unless: () => true })).toBe('found');
    expect(await cache.get(stableKey(...parts))).toBeUndefined();
    expect(await cache.swr({ key: parts, load: ({ key }) => key })).toBe(stableKey(...parts));
    expect(await cache.get(stableKey('search', { q: 'ada', page: 2 }))).toBe(stableKey(...parts));
  });

  it('rejects parts that no key can be made of', async () => {
    const { cache } = rig();
    await expect(cache.swr({ key: [() => 1], load: () => 1 })).rejects.toMatchObject({ code: 'CAS_KEY' });
  });
});
