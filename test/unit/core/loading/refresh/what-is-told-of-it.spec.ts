import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

const SOFT = { ttl: '1h', fresh: '1m' } as const;
const MINUTE = 60_000;

describe.each([MEMORY, ATOMIC])('loads that nobody waits for: $name', ({ rig }) => {
  it('a call may refresh earlier than its namespace does', async () => {
    const { cache, timers } = rig();
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    let loads = 0;
    const read = (earlyRefresh?: number): Promise<unknown> =>
      Promise.all(keys.map((key) => cache.getOrLoad(key, () => ++loads, { ...SOFT, earlyRefresh })));
    await read();
    timers.advance(MINUTE - 1_000);
    await read();
    await settled();
    expect(loads).toBe(50);
    await read(0.01);
    await settled();
    expect(loads).toBeGreaterThan(80);
    const after = loads;
    await cache.getOrLoadMany(keys, () => new Map(), SOFT);
    expect(loads).toBe(after);
  });

  it('one that outlives softTimeout and fails then is a fault of refresh', async () => {
    const { cache, timers, events } = rig();
    await cache.getOrLoad('42', () => 'old', SOFT);
    timers.advance(MINUTE);
    const gate = new Deferred<string>();
    const options = { ...SOFT, softTimeout: 20 };
    const answers = [
      cache.getOrLoad('42', () => gate.promise, options),
      cache.getOrLoadMany(['42'], () => new Map(), options),
    ];
    await settled();
    timers.advance(20);
    await Promise.all(answers);
    const cause = new Error('the database is down');
    gate.reject(cause);
    await settled();
    expect(events.of('fault')).toMatchObject([{ operation: 'refresh', cause }]);
  });
});

it('many values that are stored together are counted as a bulk fill', async () => {
  const { cache, events } = ATOMIC.rig();
  await cache.getOrLoadMany(
    ['a', 'b'],
    () =>
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
  );
  expect(events.of('bulk-fill')).toMatchObject([{ keys: 2, outcome: 'stored', bulk: true }]);
  expect(cache.stats().bulkFills).toBe(1);
});

it('what goes past the cache is no fill that was refused', async () => {
  const { cache, events } = ATOMIC.rig();
  const when = (): boolean => false;
  await cache.getOrLoad('42', () => 1, { when });
  await cache.getOrLoadMany(['43', '44'], () => new Map([['43', 1]]), { when });
  expect(events.of('fill')).toEqual([]);
});
