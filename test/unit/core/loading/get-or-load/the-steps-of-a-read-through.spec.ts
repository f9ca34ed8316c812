import { describe, expect, it } from '@jest/globals';

import { ATOMIC, BYTES, MEMORY, NEAR, TIERED, TIERED_ATOMIC, TOPOLOGIES } from '../../../../support/core/topologies.js';
import type { Rig } from '../../../../support/core/rig.js';

/** The steps of one read-through, with the moment of the load among them. */
async function stepsOf(stores: Rig): Promise<string[]> {
  stores.log.forget();
  await stores.cache.getOrLoad('42', () => {
    stores.log.note('user', 'load', []);
    return 'loaded';
  });
  return stores.log.steps();
}

describe('hit: no load', () => {
  it.each([
    { ...MEMORY, steps: ['entries.get', 'generations.current'] },
    { ...NEAR, steps: ['entries.get', 'generations.current'] },
    { ...BYTES, steps: ['entries.get', 'generations.current'] },
    { ...ATOMIC, steps: ['atomic.read'] },
    { ...TIERED, steps: ['near.get', 'generations.current'] },
    { ...TIERED_ATOMIC, steps: ['near.get', 'generations.current'] },
  ])('$name', async ({ rig, steps }) => {
    const stores = rig();
    stores.seed('42', 'cached');
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('cached');
    expect(await stepsOf(stores)).toEqual(steps);
    expect(stores.cache.stats()).toMatchObject({ hits: 2, fills: { stored: 0 } });
  });
});

describe('miss with an absent generation: read, snapshot, load, fill', () => {
  it.each([
    { ...MEMORY, steps: ['entries.get', 'generations.snapshot', 'user.load', 'generations.extend', 'entries.set'] },
    { ...NEAR, steps: ['entries.get', 'generations.snapshot', 'user.load', 'generations.extend', 'entries.set'] },
    { ...BYTES, steps: ['entries.get', 'generations.snapshot', 'user.load', 'generations.extend', 'entries.set'] },
    { ...ATOMIC, steps: ['atomic.read', 'generations.snapshot', 'user.load', 'atomic.fill'] },
    {
      ...TIERED,
      steps: [
        'near.get',
        'entries.get',
        'generations.snapshot',
        'user.load',
        'generations.extend',
        'entries.set',
        'near.set',
      ],
    },
    {
      ...TIERED_ATOMIC,
      steps: ['near.get', 'atomic.read', 'generations.snapshot', 'user.load', 'atomic.fill', 'near.set'],
    },
  ])('$name', async ({ rig, steps }) => {
    const stores = rig();
    expect(await stepsOf(stores)).toEqual(steps);
    expect(await stores.cache.get('42')).toBe('loaded');
  });
});

describe('miss with a known generation: no snapshot, and the fill under the one that the read saw', () => {
  it.each([
    { ...ATOMIC, steps: ['atomic.read', 'user.load', 'atomic.fill'] },
    { ...TIERED_ATOMIC, steps: ['near.get', 'atomic.read', 'user.load', 'atomic.fill', 'near.set'] },
  ])('nothing there: $name', async ({ rig, steps }) => {
    const stores = rig();
    stores.generations.issue(stores.at('42'));
    expect(await stepsOf(stores)).toEqual(steps);
    expect(await stores.cache.get('42')).toBe('loaded');
  });

  it.each([
    {
      ...MEMORY,
      steps: ['entries.get', 'generations.current', 'entries.delete', 'user.load', 'generations.extend', 'entries.set'],
    },
    {
      ...NEAR,
      steps: ['entries.get', 'generations.current', 'entries.delete', 'user.load', 'generations.extend', 'entries.set'],
    },
    {
      ...BYTES,
      steps: ['entries.get', 'generations.current', 'entries.delete', 'user.load', 'generations.extend', 'entries.set'],
    },
    { ...ATOMIC, steps: ['atomic.read', 'entries.delete', 'user.load', 'atomic.fill'] },
  ])('a stale entry there: $name', async ({ rig, steps }) => {
    const stores = rig();
    stores.place('42', stores.generations.issue(stores.at('42')) - 1, 'old');
    expect(await stepsOf(stores)).toEqual(steps);
    expect(await stores.cache.get('42')).toBe('loaded');
  });
});

describe.each(TOPOLOGIES)('the generation is taken before the load: $name', ({ rig }) => {
  it('so that a value loaded before an invalidation is never cached', async () => {
    for (const prepare of [
      () => undefined,
      (stores: Rig) => stores.generations.issue(stores.at('42')),
      (stores: Rig) => stores.place('42', stores.generations.issue(stores.at('42')) - 1, 'older'),
    ]) {
      const stores = rig();
      prepare(stores);
      const value = await stores.cache.getOrLoad('42', async () => {
        const loaded = 'old';
        await stores.cache.invalidate('42');
        return loaded;
      });
      expect(value).toBe('old');
      expect(stores.events.of('fill').map(({ outcome }) => outcome)).toEqual(['stale']);
      expect(await stores.cache.get('42')).toBeUndefined();
    }
  });

  it('one that is lost during the load is not filled under', async () => {
    const stores = rig();
    await stores.cache.getOrLoad('42', () => {
      stores.generations.lose(stores.at('42'));
      return 'old';
    });
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('an open key: loads, fills nothing', async () => {
    const stores = rig();
    stores.generations.open(stores.at('42'));
    expect(await stepsOf(stores)).not.toContain('entries.set');
    expect(stores.entries.held.size).toBe(0);
    expect(stores.events.of('fill').map(({ outcome }) => outcome)).toEqual(['unavailable']);
  });

  it('generation store down: loads, no fill', async () => {
    for (const how of ['throw', 'reject'] as const) {
      const stores = rig();
      stores.loseGenerationStore(how);
      expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
      expect(stores.entries.held.size).toBe(0);
      expect(stores.log.steps()).not.toContain('entries.set');
      expect(stores.log.steps()).not.toContain('atomic.fill');
      expect(stores.events.of('fill').map(({ outcome }) => outcome)).toEqual(['unavailable']);
    }
  });
});
