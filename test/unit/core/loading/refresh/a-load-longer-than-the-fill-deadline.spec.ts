import { describe, expect, it } from '@jest/globals';

import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { Retention } from '../../../../../lib/redis/cells/retention.js';
import { AwaitedEras } from '../../../../../lib/memory/awaited-eras.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, BYTES, NEAR } from '../../../../support/core/topologies.js';

const MINUTE = 60_000;

describe.each([NEAR, BYTES, ATOMIC])('a load that outlasts its generation: $name', ({ rig }) => {
  it('is told once, with what to do', async () => {
    const stores = rig();
    for (const key of ['a', 'b']) {
      const gate = new Deferred<string>();
      const answer = stores.cache.getOrLoad(key, () => gate.promise);
      await settled();
      stores.timers.advance(MINUTE + 1);
      stores.generations.lose(stores.at(key));
      gate.resolve('late');
      expect(await answer).toBe('late');
    }
    const warnings = stores.events.of('warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ message: expect.stringMatching(/took 60001 ms.*loadTimeout/) });
  });

  it('is not confused with one that was overtaken by an invalidation', async () => {
    const stores = rig();
    const gate = new Deferred<string>();
    const answer = stores.cache.getOrLoad('a', () => gate.promise);
    await settled();
    await stores.cache.invalidate('a');
    gate.resolve('late');
    await answer;
    expect(stores.events.of('warning')).toEqual([]);
  });

  it('is expected by the store where loadTimeout says so, of a namespace or of a call', async () => {
    const stores = rig();
    const told: number[] = [];
    Object.assign(stores.generations, { expectLoads: (ms: number) => told.push(ms) });
    const cache = stores.another({ loadTimeout: '2m' });
    expect(told).toEqual([120_000]);
    for (const loadTimeout of ['1s', '2m', '5m'] as const) await cache.getOrLoad(loadTimeout, () => 1, { loadTimeout });
    expect(told).toEqual([120_000, 300_000]);
  });

  it('a store that fails to be told costs no load', async () => {
    const stores = rig();
    const expectLoads = (): never => {
      throw new Error('broken');
    };
    Object.assign(stores.generations, { expectLoads });
    const cache = stores.another({ loadTimeout: '2m' });
    expect(await cache.getOrLoad('42', () => 1)).toBe(1);
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'snapshot', cause: { message: 'broken' } }]);
  });
});

describe('generations of keys that are loaded', () => {
  it('are kept for the longest load on Redis', () => {
    const retention = new Retention({});
    expect([retention.fillDeadline, retention.issued, retention.filled(1_000)]).toEqual([60_000, 60_000, 61_000]);
    retention.expectLoads(120_000);
    retention.expectLoads(90_000);
    expect([retention.fillDeadline, retention.issued, retention.filled(1_000)]).toEqual([120_000, 120_000, 121_000]);
  });

  it('are kept for the longest load in cells', () => {
    const store = new LocalGenerationStore();
    store.expectLoads(5 * MINUTE);
    const eras = new AwaitedEras(1, store.issuing().longestLoadMs);
    eras.keep('a', 1, 0);
    for (let minute = 1; minute < 5; minute++) eras.keep('b', 2, minute * MINUTE);
    expect(eras.find('a')).toBe(1);
    eras.keep('b', 2, 5 * MINUTE);
    eras.keep('b', 2, 10 * MINUTE);
    expect(eras.find('a')).toBeUndefined();
  });
});
