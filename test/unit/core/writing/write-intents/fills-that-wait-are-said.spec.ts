import { describe, expect, it } from '@jest/globals';

import { Rig } from '../../../../support/core/rig.js';
import { ATOMIC } from '../../../../support/core/topologies.js';

/** A cache of a namespace with intents, whose store was started `ageMs` ago. */
function onYoungStore(ageMs: () => number): Rig {
  const stores = new Rig(ATOMIC.shape, { intents: true, intentLease: '30s' });
  Object.assign(stores.generations.intents, {
    mayHaveLostIntents: (_key: string, leaseMs: number) => ageMs() < leaseMs,
  });
  return stores;
}

describe('fills that wait for the intents which a young store may have lost', () => {
  it('are said once, with the time until when', async () => {
    const { cache, events, timers } = onYoungStore(() => 300);
    for (const key of ['a', 'b']) expect(await cache.getOrLoad(key, () => 1)).toBe(1);
    const said = events.of('warning').map(({ message }) => message);
    expect(said).toEqual([
      expect.stringMatching(/^Fills wait until (\S+) \(30 s\): its Redis was started or promoted/),
    ]);
    const until = Date.parse(/until (\S+)/.exec(said[0] ?? '')?.[1] ?? '');
    // To a tenth of a second.
    expect(until - timers.wall()).toBeGreaterThanOrEqual(29_700);
    expect(until - timers.wall()).toBeLessThanOrEqual(29_800);
  });

  it('are not said of a store that is old, or whose age is not known', async () => {
    for (const ageMs of [60_000, Number.NEGATIVE_INFINITY]) {
      const { cache, events } = onYoungStore(() => ageMs);
      await cache.getOrLoad('a', () => 1);
      expect(events.of('warning')).toEqual([]);
    }
  });

  it('are said again after the next start of the store', async () => {
    let ageMs = 300;
    const { cache, events, timers } = onYoungStore(() => ageMs);
    await cache.getOrLoad('a', () => 1);
    timers.advance(60_000);
    ageMs = 60_300;
    await cache.getOrLoad('b', () => 1);
    expect(events.of('warning')).toHaveLength(1);
    ageMs = 300;
    await cache.getOrLoad('c', () => 1);
    expect(events.of('warning')).toHaveLength(2);
  });
});
