import { describe, expect, it } from '@jest/globals';

import type { LiveEntry } from '../../../../lib/contracts/provider.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { asCacheManager } from '../../../../lib/nest/cache-manager/as-cache-manager.js';
import type { CasCacheManager } from '../../../../lib/nest/cache-manager/cas-cache-manager.js';
import { Deferred } from '../../../support/core/deferred.js';
import { settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { MEMORY, TOPOLOGIES } from '../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('wrap: $name', ({ rig }) => {
  it('loads what is missing once, and serves it', async () => {
    const { wrap } = asCacheManager(rig().cache);
    let loads = 0;
    const load = async (): Promise<number> => ++loads;
    expect(await Promise.all([wrap('a', load), wrap('a', load)])).toEqual([1, 1]);
    expect(await wrap('a', load)).toBe(1);
    expect(await wrap('null', () => null)).toBeNull();
    expect(await wrap('null', () => 1)).toBeNull();
  });

  it('does not keep what was deleted while it was loaded', async () => {
    const { wrap, del, get } = asCacheManager(rig().cache);
    const row = new Deferred<string>();
    const wrapped = wrap('a', () => row.promise);
    await settled();
    await del('a');
    row.resolve('old');
    expect(await wrapped).toBe('old');
    expect(await get('a')).toBeUndefined();
  });
});

/** The ttl, and the soft ttl, that a wrapped value is stored with. */
async function life(wrapping: (manager: CasCacheManager) => Promise<unknown>, options = {}): Promise<unknown> {
  const stores: Rig = MEMORY.rig({ ttl: '7s' });
  await wrapping(asCacheManager(stores.cache, options));
  const held = stores.entries.held.get(stores.at('a'));
  return [held?.ttlMs, (held?.entry as LiveEntry | undefined)?.stamp?.freshMs];
}

describe('what is wrapped', () => {
  const four = (): number => 4;

  it('lives for the ttl, which may depend on the value', async () => {
    expect(await life(({ wrap }) => wrap('a', four))).toEqual([7_000, undefined]);
    expect(await life(({ wrap }) => wrap('a', four), { ttl: '3s' })).toEqual([3_000, undefined]);
    expect(await life(({ wrap }) => wrap('a', four, 0), { ttl: '3s' })).toEqual([3_000, undefined]);
    expect(await life(({ wrap }) => wrap('a', four, 500))).toEqual([500, undefined]);
    expect(await life(({ wrap }) => wrap('a', four, (value) => value * 100))).toEqual([400, undefined]);
    expect(await life(({ wrap }) => wrap('a', four, { ttl: (value) => value * 100 }))).toEqual([400, undefined]);
  });

  it('is due for a refresh when less than the threshold of its ttl is left', async () => {
    expect(await life(({ wrap }) => wrap('a', four, 500, 100))).toEqual([500, 400]);
    expect(await life(({ wrap }) => wrap('a', four, 500, (value) => value))).toEqual([500, 496]);
    expect(await life(({ wrap }) => wrap('a', four, { ttl: 500, refreshThreshold: 100 }))).toEqual([500, 400]);
    expect(await life(({ wrap }) => wrap('a', four, 500), { refreshThreshold: 100 })).toEqual([500, 400]);
    expect(await life(({ wrap }) => wrap('a', four, 500, 500))).toEqual([500, 1]);
  });

  it('is not, as there, where no ttl is given to count from', async () => {
    expect(await life(({ wrap }) => wrap('a', four, undefined, 100))).toEqual([7_000, undefined]);
  });

  it('cannot be had raw', async () => {
    const { wrap } = asCacheManager(MEMORY.rig().cache);
    await expect(wrap('a', four, { raw: true } as object)).rejects.toThrow(CasConfigError);
    // As code without types gives it.
    expect(await wrap('a', four, null as unknown as undefined)).toBe(4);
  });

  it('is returned and not cached when it is undefined', async () => {
    const { wrap, get } = asCacheManager(MEMORY.rig().cache);
    expect(await wrap('a', () => undefined)).toBeUndefined();
    expect(await get('a')).toBeUndefined();
  });
});
