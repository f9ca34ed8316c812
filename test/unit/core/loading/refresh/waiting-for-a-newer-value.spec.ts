import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

const SOFT = { ttl: '1h', fresh: '1m', softTimeout: 200 } as const;
const MINUTE = 60_000;

describe.each([MEMORY, ATOMIC])(
  'a caller that waits for what is newer than a hit past its soft ttl: $name',
  ({ rig }) => {
    async function aged(): Promise<Rig> {
      const stores = rig();
      await stores.cache.getOrLoad('42', () => 'old', SOFT);
      stores.timers.advance(MINUTE);
      return stores;
    }

    it('gets it when it comes in time, and shares it with the others', async () => {
      const { cache } = await aged();
      const gate = new Deferred<string>();
      const callers = [1, 2, 3].map(() => cache.getOrLoad('42', () => gate.promise, SOFT));
      await settled();
      gate.resolve('new');
      expect(await Promise.all(callers)).toEqual(['new', 'new', 'new']);
      expect(cache.stats().loads.run).toBe(2);
    });

    it('gets the old value when that takes too long; the load goes on and is stored', async () => {
      const { cache, timers, events } = await aged();
      const gate = new Deferred<string>();
      const { signal } = new AbortController();
      const single = cache.getOrLoad('42', () => gate.promise, { ...SOFT, signal });
      const many = cache.getOrLoadMany(['42'], () => new Map(), SOFT);
      await settled();
      timers.advance(200);
      expect([await single, await many]).toEqual(['old', new Map([['42', 'old']])]);
      expect(events.of('stale')).toMatchObject([{ reason: 'slow-load' }, { reason: 'slow-load' }]);
      gate.resolve('new');
      await settled();
      expect(await cache.get('42')).toBe('new');
    });

    it('the load goes on also when its caller, who has the old value, then gives up', async () => {
      const { cache, timers } = await aged();
      const gate = new Deferred<string>();
      const controller = new AbortController();
      const call = cache.getOrLoad('42', () => gate.promise, { ...SOFT, signal: controller.signal });
      await settled();
      timers.advance(200);
      expect(await call).toBe('old');
      controller.abort();
      await settled();
      gate.resolve('new');
      await settled();
      expect(await cache.get('42')).toBe('new');
    });

    it('with staleIfError, gets the old value when the load fails, and the hook is told', async () => {
      const { cache, events, timers } = await aged();
      const cause = new Error('the database is down');
      const options = { ...SOFT, staleIfError: true };
      const failing = (): Promise<never> => Promise.reject(cause);
      expect(await cache.getOrLoad('42', failing, options)).toBe('old');
      // Until then it is not tried again.
      timers.advance(1_000);
      expect(await cache.getOrLoadMany(['42'], failing, options)).toEqual(new Map([['42', 'old']]));
      expect(events.of('stale')).toMatchObject([
        { key: '42', reason: 'failed-load', cause },
        { key: '42', reason: 'failed-load', cause },
      ]);
    });

    it('without it, gets the error', async () => {
      const { cache } = await aged();
      const failing = (): Promise<never> => Promise.reject(new Error('the database is down'));
      await expect(cache.getOrLoad('42', failing, SOFT)).rejects.toThrow('the database is down');
      await expect(cache.getOrLoadMany(['42'], failing, SOFT)).rejects.toThrow('the database is down');
    });

    it('gets the reason of its signal when it gives up, never the old value', async () => {
      const { cache } = await aged();
      const controller = new AbortController();
      const options = { ...SOFT, staleIfError: true, signal: controller.signal };
      const call = cache.getOrLoad('42', () => new Promise(() => undefined), options);
      await settled();
      controller.abort(new Error('enough'));
      await expect(call).rejects.toThrow('enough');
    });

    it('never gets a value that was invalidated before it came, though the load fails', async () => {
      const { cache } = await aged();
      await cache.invalidate('42');
      const failing = (): Promise<never> => Promise.reject(new Error('the database is down'));
      await expect(cache.getOrLoad('42', failing, { ...SOFT, staleIfError: true })).rejects.toThrow('is down');
    });
  },
);
