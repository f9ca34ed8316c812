import { describe, expect, it } from '@jest/globals';

import { encodeSingle } from '../../../../../lib/wire/single-frame.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BYTES } from '../../../../support/core/topologies.js';

/** The read misses for this reason, and leaves nothing behind. */
async function expectHealed(stores: Rig, reason: string): Promise<void> {
  expect(await stores.cache.get('42')).toBeUndefined();
  await settled();
  expect(stores.has('42')).toBe(false);
  expect(stores.events.reasons()).toEqual([reason]);
  for (const heal of stores.events.of('heal')) {
    const why = reason === 'corrupt' || reason === 'undecodable' ? { cause: expect.any(Error) } : {};
    expect(heal).toEqual({ type: 'heal', namespace: 'user', key: '42', bulk: false, reason, ...why });
  }
  expect(stores.cache.stats().heals).toMatchObject({ [reason]: stores.shape.tiered ? expect.any(Number) : 1 });
  expect(stores.events.of('heal').length).toBeGreaterThan(0);
}

describe.each(TOPOLOGIES)('entry deleted, miss, reason named: $name', ({ rig }) => {
  it('generation behind', async () => {
    const stores = rig();
    const generation = stores.generations.issue(stores.at('42'));
    stores.place('42', generation - 1, 'old');
    await expectHealed(stores, 'stale');
  });

  it('generation ahead', async () => {
    const stores = rig();
    const generation = stores.generations.issue(stores.at('42'));
    stores.place('42', generation + 1, 'of the future');
    await expectHealed(stores, 'stale');
  });

  it('generation absent', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.generations.lose(stores.at('42'));
    await expectHealed(stores, 'generation-absent');
  });

  it('generation absent, and the entry carries 0', async () => {
    const stores = rig();
    stores.place('42', 0, 'counted from zero');
    await expectHealed(stores, 'generation-absent');
  });

  it('generation malformed: a fault besides, and as if it were absent', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.generations.malform(stores.at('42'));
    await expectHealed(stores, 'generation-absent');
    expect(stores.events.of('fault')[0]).toMatchObject({
      operation: 'get',
      key: '42',
      cause: { code: 'CAS_MALFORMED_GENERATION' },
    });
  });

  it('many keys: each by itself, the good ones served', async () => {
    const stores = rig();
    stores.seed('good', 'v');
    stores.place('behind', stores.generations.issue(stores.at('behind')) - 1, 'old');
    stores.place('absent', 7, 'old');
    expect(await stores.cache.getBulk(['behind', 'good', 'absent', 'never there'])).toEqual({
      values: new Map([['good', 'v']]),
      missing: ['behind', 'absent', 'never there'],
    });
    await settled();
    expect(stores.events.reasons()).toEqual(['stale', 'generation-absent', 'absent']);
    expect(['good', 'behind', 'absent'].map((key) => stores.has(key))).toEqual([true, false, false]);
  });
});

describe.each(WITH_BYTES)('entry deleted, miss, reason named: $name', ({ rig }) => {
  it('corrupt frame', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.placeBytes('42', Buffer.from('nonsense'));
    await expectHealed(stores, 'corrupt');
  });

  it('undecodable payload', async () => {
    const stores = rig();
    stores.placeBytes('42', encodeSingle(stores.generations.issue(stores.at('42')), Buffer.from('not of the codec')));
    await expectHealed(stores, 'undecodable');
  });

  it('a payload that decodes to undefined', async () => {
    const stores = rig();
    stores.codec.decode = () => undefined;
    stores.seed('42', 'v');
    stores.near?.held.clear();
    await expectHealed(stores, 'undecodable');
  });
});

describe.each(TOPOLOGIES)('what is not healed: $name', ({ rig }) => {
  it('an entry whose key is open: the writer takes care of it', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.generations.open(stores.at('42'));
    expect(await stores.cache.get('42')).toBeUndefined();
    await settled();
    expect(stores.has('42')).toBe(true);
    expect(stores.events.reasons()).toEqual(['open']);
    expect(stores.events.of('heal')).toEqual([]);
  });
});
