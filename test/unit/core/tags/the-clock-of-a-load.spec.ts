import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../support/core/deferred.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import { ScriptedLeases } from '../../../support/core/scripted-leases.js';
import { TAGGED } from '../../../support/core/tagged.js';
import { TOPOLOGIES, WITH_BYTES } from '../../../support/core/topologies.js';

describe.each(WITH_BYTES)("a load that waited for another replica, stampede 'replicas': $name", ({ rig }) => {
  it('is stamped by what had been invalidated until its turn came', async () => {
    const stores = rig();
    const leases = new ScriptedLeases(() => stores.timers.now(), stores.log);
    stores.generations.leases = leases;
    const cache = stores.another<string>({ stampede: 'replicas', tags: true });
    leases.occupy(stores.at('42'), 500);
    const loading = cache.getOrLoad('42', () => 'new', { tags: 'a' });
    await settled();
    await cache.invalidateTags('a');
    await pass(stores.timers, 600, 10);
    expect(await loading).toBe('new');
    expect(await cache.get('42')).toBe('new');
  });
});

describe.each(TAGGED)('a call for many keys, in several turns: $name', ({ make }) => {
  it('stamps each turn by what had been invalidated before it', async () => {
    const { cache } = make();
    const load = async (keys: string[]): Promise<Map<string, unknown>> => {
      if (keys.includes('1')) await cache.invalidateTags('a');
      return new Map(keys.map((key) => [key, key]));
    };
    await cache.getOrLoadMany(['1', '2'], load, { chunk: 1, tagsOf: (_, key) => (key === '2' ? 'a' : []) });
    expect(await cache.get('2')).toBe('2');
    expect(cache.stats().misses['tag-invalidated']).toBe(0);
  });
});

describe.each(TAGGED)('callers of a key at once, each with tags of its own: $name', ({ make }) => {
  it('share one load, which carries the tags of all', async () => {
    const { cache } = make();
    const answer = new Deferred<string>();
    let loads = 0;
    const load = async (): Promise<string> => {
      loads++;
      return answer.promise;
    };
    const one = cache.getOrLoad('42', load, { tags: 'a' });
    await settled();
    const other = cache.getOrLoad('42', load, { tags: 'b' });
    await settled();
    const many = cache.getOrLoadMany(['42'], async () => new Map([['42', await load()]]), { tags: 'c' });
    await settled();
    answer.resolve('v');
    expect(await Promise.all([one, other, many])).toEqual(['v', 'v', new Map([['42', 'v']])]);
    expect(loads).toBe(1);
    for (const tag of ['a', 'b', 'c']) {
      expect(await cache.getOrLoad('42', () => 'not loaded', { tags: tag })).toBe('v');
    }
    await cache.invalidateTags('c');
    expect(await cache.get('42')).toBeUndefined();
  });

  it('share none that would then carry more than 64 of them', async () => {
    const { cache } = make();
    const answer = new Deferred<string>();
    let loads = 0;
    const load = async (): Promise<string> => {
      loads++;
      return answer.promise;
    };
    const tags = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name} ${n}`);
    const one = cache.getOrLoad('42', load, { tags: tags('a', 60) });
    await settled();
    const fits = cache.getOrLoad('42', load, { tags: tags('b', 4) });
    await settled();
    expect(cache.stats().loads.shared).toBe(1);
    const tooMany = cache.getOrLoad('42', load, { tags: ['another'] });
    await settled();
    answer.resolve('v');
    expect(await Promise.all([one, fits, tooMany])).toEqual(['v', 'v', 'v']);
    expect(loads).toBe(2);
  });
});

describe.each(TOPOLOGIES)('a hit past its soft ttl whose newer value is waited for: $name', ({ rig }) => {
  it('shares the load of others who wait, also where tags are other ones', async () => {
    const stores = rig({ tags: true, fresh: '1s', softTimeout: '1s' });
    const { cache, timers } = stores;
    await cache.getOrLoadMany(['1', '2'], () => new Map(['1', '2'].map((key) => [key, 'old'])));
    timers.advance(2_000);
    const answer = new Deferred<string>();
    const loads: string[][] = [];
    const load = async (keys: string[]): Promise<Map<string, unknown>> => {
      loads.push(keys);
      const value = await answer.promise;
      return new Map(keys.map((key) => [key, value]));
    };
    const reads = [
      cache.getOrLoad('1', async () => (await load(['1'])).get('1')),
      cache.getOrLoadMany(['2'], load),
    ] as const;
    await settled();
    const joins = [cache.getOrLoad('1', () => 'of its own'), cache.getOrLoadMany(['2'], load)] as const;
    await settled();
    answer.resolve('new');
    expect(await Promise.all(reads)).toEqual(['new', new Map([['2', 'new']])]);
    expect(await Promise.all(joins)).toEqual(['new', new Map([['2', 'new']])]);
    expect(loads).toEqual([['1'], ['2']]);
  });
});
