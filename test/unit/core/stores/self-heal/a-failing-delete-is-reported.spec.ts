import { describe, expect, it } from '@jest/globals';

import { encodeBulk } from '../../../../../lib/wire/bulk-frame.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { text } from '../../../../support/core/text-codec.js';
import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('a failing delete is reported and ignored: $name', ({ rig }) => {
  it.each(['throw', 'reject'] as const)('the read misses as if it had succeeded (%s)', async (how) => {
    const stores = rig();
    const cause = new Error('read-only');
    stores.place('42', stores.generations.issue(stores.at('42')) - 1, 'old');
    stores.entries.script.fail('delete', how, cause);
    expect(await stores.cache.get('42')).toBeUndefined();
    await settled();
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'heal', key: '42', cause },
    ]);
    expect(stores.cache.stats()).toMatchObject({ faults: { heal: 1 }, misses: { stale: 1 } });
  });

  it('the read does not wait for it', async () => {
    const stores = rig();
    stores.place('42', stores.generations.issue(stores.at('42')) - 1, 'old');
    stores.entries.script.fail('delete', 'hang');
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.events.reasons()).toEqual(['stale']);
  });
});

describe.each(WITH_BULK)('a bulk entry that cannot be deleted: $name', ({ rig }) => {
  it.each(['throw', 'reject', 'hang'] as const)('holds up no read of its keys (%s)', async (how) => {
    const stores = rig();
    const generation = stores.seed('a', 'single a');
    stores.entries.held.set(stores.bulkAt('a'), {
      entry: encodeBulk([{ key: 'a', gen: generation - 1, payload: text('old') }]),
      ttlMs: 1,
      cost: undefined,
    });
    stores.entries.script.fail('delete', how);
    expect((await stores.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'single a']]));
    await settled();
    expect(stores.events.faults()).toEqual(how === 'hang' ? [] : ['heal']);
  });
});
