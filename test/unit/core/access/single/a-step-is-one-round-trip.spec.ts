import { describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../../lib/errors.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

describe('the combined read (value + generation)', () => {
  it('makes no other call, whether it hits or misses', async () => {
    const stores = ATOMIC.rig();
    await stores.cache.get('42');
    expect(stores.log.steps()).toEqual(['atomic.read']);
    stores.seed('42', 'v');
    stores.log.forget();
    expect(await stores.cache.get('42')).toBe('v');
    expect(stores.log.steps()).toEqual(['atomic.read']);
  });

  it('its corrupt bytes are deleted', async () => {
    const stores = ATOMIC.rig();
    stores.seed('42', 'v');
    stores.placeBytes('42', Buffer.from('nonsense'));
    expect(await stores.cache.get('42')).toBeUndefined();
    await settled();
    expect(stores.log.steps()).toEqual(['atomic.read', 'entries.delete']);
    expect(stores.has('42')).toBe(false);
  });

  it('its failure deletes nothing', async () => {
    const stores = ATOMIC.rig();
    stores.seed('42', 'v');
    stores.atomic?.script.fail('read', 'reject');
    expect(await stores.cache.get('42')).toBeUndefined();
    await settled();
    expect(stores.log.steps()).toEqual(['atomic.read']);
    expect(stores.has('42')).toBe(true);
  });
});

describe('a fill and an invalidation', () => {
  it('are one call each where one server has both halves', async () => {
    const stores = ATOMIC.rig();
    const observed = await stores.cache.snapshotGen('42');
    stores.log.forget();
    await stores.cache.setWithGen('42', 'v', observed);
    await stores.cache.invalidate('42');
    await stores.cache.invalidate(['a', 'b']);
    expect(stores.log.steps()).toEqual(['atomic.fill', 'atomic.invalidate', 'atomic.invalidateMany']);
  });

  it("are 'unavailable' when that server cannot be reached, and 'rejected' when it answers with an error", async () => {
    const stores = ATOMIC.rig();
    stores.atomic?.script.fail('fill', 'reject', new CasUnavailableError('down'));
    expect(await stores.cache.setWithGen('42', 'v', 7)).toBe('unavailable');
    stores.atomic?.script.fail('fill', 'reject', new Error('OOM'));
    expect(await stores.cache.setWithGen('42', 'v', 7)).toBe('rejected');
  });

  it('are asked of that server by a tier in front of it, and of nobody else', async () => {
    const stores = TIERED_ATOMIC.rig();
    const observed = await stores.cache.snapshotGen('42');
    stores.log.forget();
    await stores.cache.setWithGen('42', 'v', observed);
    expect(stores.log.steps()).toEqual(['atomic.fill', 'near.set']);
    stores.log.forget();
    expect(await stores.cache.get('42')).toBe('v');
    expect(stores.log.steps()).toEqual(['near.get', 'generations.current']);
  });
});
