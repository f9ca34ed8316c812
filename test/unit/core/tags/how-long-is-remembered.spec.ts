import { describe, expect, it } from '@jest/globals';

import { FILL_DEADLINE_MS } from '../../../../lib/common/fill-deadline.js';
import { NEAR } from '../../../support/core/topologies.js';

const MINUTE = 60_000;

/** A cache whose store notes for how long each invalidation is to be remembered. */
function remembering() {
  const stores = NEAR.rig({ tags: true, ttl: '5m' });
  const kept = async (): Promise<number | undefined> => {
    await stores.cache.invalidateTags('a');
    return stores.generations.tags.keptMs;
  };
  return { cache: stores.cache, kept };
}

describe('an invalidation of a tag is to be remembered', () => {
  it('for as long as what is loaded at that moment may live', async () => {
    const { kept } = remembering();
    expect(await kept()).toBe(5 * MINUTE + FILL_DEADLINE_MS);
  });

  it.each<[string, (cache: ReturnType<typeof remembering>['cache']) => Promise<unknown>]>([
    ['a call', (cache) => cache.getOrLoad('42', () => 'v', { ttl: '1h' })],
    ['a loader', (cache) => cache.getOrLoad('42', (ctx) => (ctx.ttl = '1h'))],
    ['a fill by hand', async (cache) => cache.setWithGen('42', 'v', await cache.observe('42'), '1h')],
    [
      'a fill of many',
      async (cache) => cache.setBulkWithGens([['42', 'v']], await cache.observeMany(['42']), { ttl: '1h' }),
    ],
  ])('for longer once an entry lives longer: %s', async (_, fill) => {
    const { cache, kept } = remembering();
    await fill(cache);
    expect(await kept()).toBe(60 * MINUTE + FILL_DEADLINE_MS);
  });
});
