import { describe, expect, it } from '@jest/globals';

import { pass, settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, BYTES, NEAR } from '../../../../support/core/topologies.js';

describe('a store that is back is found', () => {
  it('though the key that failed fails by itself: it is asked for whatever was wanted last', async () => {
    const stores = BYTES.rig();
    stores.seed('42', 'cached');
    const get = stores.entries.get.bind(stores.entries);
    stores.entries.get = (key) => (key === stores.at('bad') ? Promise.reject(new Error('too long a key')) : get(key));
    for (let i = 0; i < 5; i++) await stores.cache.get('bad');
    expect(stores.cache.stats().breakerOpen).toBe(true);
    expect(await stores.cache.get('42')).toBeUndefined();
    await pass(stores.timers, 100);
    expect(stores.cache.stats().breakerOpen).toBe(false);
    expect(await stores.cache.get('42')).toBe('cached');
  });

  it('though it is slow, where reads are as patient', async () => {
    const stores = NEAR.rig({ timeout: 2_000 });
    stores.seed('42', 'cached');
    stores.hang();
    for (let i = 0; i < 5; i++) {
      const read = stores.cache.get('42');
      await settled();
      stores.timers.advance(2_000);
      expect(await read).toBeUndefined();
    }
    expect(stores.cache.stats().breakerOpen).toBe(true);
    stores.mend();
    const current = stores.generations.current.bind(stores.generations);
    stores.generations.current = async (key) => {
      await new Promise<void>((resume) => void stores.timers.set(resume, 1_900));
      return current(key);
    };
    await pass(stores.timers, 100 + 1_900);
    expect(stores.cache.stats().breakerOpen).toBe(false);
    // The probes that followed while it was waited for tell nobody anything new.
    await pass(stores.timers, 5_000);
    expect(stores.events.of('breaker').map((event) => event.open)).toEqual([true, false]);
  });

  it('but not by probes that nobody waits for: reads that fail after the close begin none', async () => {
    const stores = ATOMIC.rig();
    stores.hang();
    const reads = Promise.all(Array.from({ length: 5 }, () => stores.cache.get('42')));
    await settled();
    const closed = stores.cache.close();
    await pass(stores.timers, 1_000);
    await Promise.all([closed, reads]);
    stores.log.forget();
    await pass(stores.timers, 1_000);
    expect(stores.log.steps()).toEqual([]);
  });
});

describe('an answer that comes too late', () => {
  it('is no success: reads of a store that is always late do not wait for ever', async () => {
    const stores = NEAR.rig();
    stores.hang();
    for (let i = 0; i < 5; i++) {
      const loaded = stores.cache.getOrLoad(`k${i}`, () => 'from the source');
      await settled();
      stores.timers.advance(250);
      await loaded;
      stores.release();
      await settled();
    }
    expect(stores.cache.stats().breakerOpen).toBe(true);
  });
});
