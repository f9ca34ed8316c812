import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { ATOMIC, BYTES, NEAR, TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

const SHARED = [NEAR, BYTES, ATOMIC, TIERED, TIERED_ATOMIC];

/** Without time passing, so that nothing that hangs runs into its deadline. */
async function openBreaker(stores: Rig): Promise<void> {
  stores.generations.script.fail('snapshot', 'reject');
  for (let i = 0; i < 5; i++) await stores.cache.snapshotGen('other');
  expect(stores.cache.stats().breakerOpen).toBe(true);
}

describe.each(SHARED)(
  'past a breaker that has opened, nobody waits for what others still hope for: $name',
  ({ rig }) => {
    it('a load that waits for its generation goes on without one', async () => {
      const stores = rig();
      stores.generations.script.fail('snapshot', 'hang');
      const first = stores.cache.getOrLoad('42', () => 'from the source');
      await settled();
      await openBreaker(stores);
      expect(await stores.cache.getOrLoad('42', () => 'not asked')).toBe('from the source');
      expect(await first).toBe('from the source');
      expect(stores.has('42')).toBe(false);
      expect(stores.cache.stats()).toMatchObject({ loads: { run: 1, shared: 1 } });
    });

    it('so does a load of many', async () => {
      const stores = rig();
      for (const op of ['snapshot', 'snapshotMany']) stores.generations.script.fail(op, 'hang');
      const load = (keys: readonly string[]): Map<string, string> => new Map(keys.map((key) => [key, `${key} loaded`]));
      const first = stores.cache.getOrLoad('42', () => 'from the source');
      await settled();
      await openBreaker(stores);
      const both = await stores.cache.getOrLoadMany(['42', '43'], load);
      expect([...both]).toEqual([
        ['42', 'from the source'],
        ['43', '43 loaded'],
      ]);
      expect(await first).toBe('from the source');
    });

    it('a load that waits for its value to be stored lets the next one begin', async () => {
      const stores = rig();
      stores.failWrites('hang');
      stores.generations.script.fail('extend', 'hang');
      const first = stores.cache.getOrLoad('42', () => 'read before');
      await settled();
      expect(stores.cache.stats().loads.run).toBe(1);
      await openBreaker(stores);
      expect(await stores.cache.getOrLoad('42', () => 'read since')).toBe('read since');
      stores.mend();
      stores.release();
      expect(await first).toBe('read before');
    });
  },
);
