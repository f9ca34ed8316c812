import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import type { LoadOptions } from '../../../../../lib/core/options/load-options.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { MEMORY, TOPOLOGIES } from '../../../../support/core/topologies.js';

const REQUEST: LoadOptions = { consistency: 'request' };

const unexpected = (): never => {
  throw new Error('nothing has to be loaded');
};

/** A read that has to be answered by the cache, and the calls that it made of the stores. */
async function stepsOf(stores: Rig, options: LoadOptions = REQUEST, key = '42'): Promise<number> {
  stores.log.forget();
  await stores.cache.getOrLoad(key, unexpected, options);
  return stores.log.calls.length;
}

describe.each(TOPOLOGIES)('a read with consistency request: $name', ({ rig }) => {
  it('asks the stores once in a request, and counts as a hit each time', async () => {
    const stores = rig();
    stores.seed('42', 'Ada');
    await runInCasRequest(async () => {
      expect(await stepsOf(stores)).toBeGreaterThan(0);
      expect(await stepsOf(stores)).toBe(0);
      expect(await stores.cache.getOrLoad('42', unexpected, REQUEST)).toBe('Ada');
    });
    expect(stores.cache.stats().hits).toBe(3);
    await runInCasRequest(async () => expect(await stepsOf(stores)).toBeGreaterThan(0));
  });

  it('asks them again after requestAge, 1 s by default', async () => {
    const stores = rig();
    stores.seed('42', 'Ada');
    await runInCasRequest(async () => {
      await stepsOf(stores);
      stores.timers.advance(999);
      expect(await stepsOf(stores, { ...REQUEST, requestAge: 999 })).toBeGreaterThan(0);
      stores.timers.advance(999);
      expect(await stepsOf(stores)).toBe(0);
      stores.timers.advance(1);
      expect(await stepsOf(stores)).toBeGreaterThan(0);
    });
  });

  it('may see for that long what another replica has invalidated: this is what is given up', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await runInCasRequest(async () => {
      await stepsOf(stores);
      // A replica of which this process hears nothing.
      stores.generations.issue(stores.at('42'));
      expect(await stores.cache.getOrLoad('42', () => 'new', REQUEST)).toBe('old');
      expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    });
  });

  it('never sees what this process has invalidated, cleared or written', async () => {
    const stores = rig({ intents: true });
    const changes: [string, () => Promise<unknown>][] = [
      ['invalidated', () => stores.cache.invalidate('42')],
      ['cleared', () => stores.cache.clear()],
      ['written', () => stores.cache.withWriteIntent('42', () => undefined)],
      ['in a transaction', () => runInCasTransaction(() => stores.cache.invalidate('42'))],
    ];
    for (const [name, change] of changes) {
      await runInCasRequest(async () => {
        await stores.cache.getOrLoad('42', () => 'old', REQUEST);
        await stores.cache.getOrLoad('42', unexpected, REQUEST);
        await change();
        expect(await stores.cache.getOrLoad('42', () => name, REQUEST)).toBe(name);
      });
      await stores.cache.invalidate('42');
    }
  });

  it('sees what its own transaction has written, and after it what others see', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await runInCasRequest(async () => {
      await stepsOf(stores);
      await runInCasTransaction(async () => {
        await stores.cache.invalidate('42');
        expect(await stores.cache.getOrLoad('42', () => 'uncommitted', REQUEST)).toBe('uncommitted');
      });
      expect(await stores.cache.getOrLoad('42', () => 'new', REQUEST)).toBe('new');
    });
  });

  it('of many keys asks for those only that it has not found current yet', async () => {
    const stores = rig();
    for (const key of ['a', 'b', 'c']) stores.seed(key, key.toUpperCase());
    const many = (...keys: string[]): Promise<Map<string, unknown>> =>
      stores.cache.getOrLoadMany(keys, unexpected, REQUEST);
    await runInCasRequest(async () => {
      await many('a', 'b');
      stores.log.forget();
      expect([...(await many('b', 'c', 'a'))]).toEqual([
        ['b', 'B'],
        ['c', 'C'],
        ['a', 'A'],
      ]);
      const asked = new Set(stores.log.calls.flatMap(({ keys }) => keys));
      expect([asked.has(stores.at('a')), asked.has(stores.at('c'))]).toEqual([false, true]);
      stores.log.forget();
      expect((await many('a', 'c')).size).toBe(2);
      expect(await stepsOf(stores, REQUEST, 'b')).toBe(0);
      expect(stores.log.calls).toEqual([]);
    });
  });
});

describe('consistency request', () => {
  it('is for getOrLoad: get asks the stores each time', async () => {
    const stores = MEMORY.rig({ consistency: 'request' });
    stores.seed('42', 'Ada');
    await runInCasRequest(async () => {
      await stepsOf(stores, {});
      expect(await stepsOf(stores, {})).toBe(0);
      stores.log.forget();
      expect(await stores.cache.get('42')).toBe('Ada');
      expect(stores.log.calls.length).toBeGreaterThan(0);
    });
  });

  it('is off by default, without a request, and where a call says always', async () => {
    const stores = MEMORY.rig();
    stores.seed('42', 'Ada');
    await runInCasRequest(async () => {
      await stepsOf(stores, {});
      expect(await stepsOf(stores, {})).toBeGreaterThan(0);
    });
    await stepsOf(stores);
    expect(await stepsOf(stores)).toBeGreaterThan(0);
    const inRequest = MEMORY.rig({ consistency: 'request' });
    inRequest.seed('42', 'Ada');
    await runInCasRequest(async () => {
      await stepsOf(inRequest, {});
      expect(await stepsOf(inRequest, { consistency: 'always' })).toBeGreaterThan(0);
    });
  });

  it('a hit that is due to be loaded anew is not relied on', async () => {
    const stores = MEMORY.rig({ fresh: 100 });
    await stores.cache.getOrLoad('42', () => 'old');
    stores.timers.advance(100);
    await runInCasRequest(async () => {
      expect(await stores.cache.getOrLoad('42', () => 'new', REQUEST)).toBe('old');
      await settled();
      expect(await stores.cache.getOrLoad('42', unexpected, REQUEST)).toBe('new');
    });
  });

  it('nor is one of many', async () => {
    const stores = MEMORY.rig({ fresh: 100 });
    const many = async (value: string): Promise<unknown> => {
      const loaded = await stores.cache.getOrLoadMany(['42'], () => new Map([['42', value]]), REQUEST);
      return loaded.get('42');
    };
    await many('old');
    stores.timers.advance(100);
    await runInCasRequest(async () => {
      expect(await many('new')).toBe('old');
      await settled();
      expect(await many('newer')).toBe('new');
    });
  });

  it('a loader that reads in its request asks the stores: others will be served what it makes', async () => {
    const stores = MEMORY.rig();
    stores.seed('user', 'old');
    await runInCasRequest(async () => {
      await stepsOf(stores, REQUEST, 'user');
      stores.generations.issue(stores.at('user'));
      const page = await stores.cache.getOrLoad(
        'page',
        async () => `page of ${String(await stores.cache.getOrLoad('user', () => 'new', REQUEST))}`,
        REQUEST,
      );
      expect(page).toBe('page of new');
    });
  });
});
