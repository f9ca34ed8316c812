import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { BYTES, TIERED } from '../../../../support/core/topologies.js';

const NONSENSE = Buffer.from('nonsense');

describe.each([BYTES, TIERED])(
  'corruption is noticed before the generation is asked for where the two are separate calls: $name',
  ({ rig }) => {
    it('one key', async () => {
      const stores = rig();
      stores.placeBytes('42', NONSENSE);
      expect(await stores.cache.get('42')).toBeUndefined();
      await settled();
      expect(stores.log.steps().filter((step) => step.startsWith('generations.'))).toEqual([]);
      expect(stores.log.steps()).toContain('entries.delete');
    });

    it('many keys: only those that may be served are asked about', async () => {
      const stores = rig();
      stores.seed('good', 'v');
      stores.near?.held.clear();
      stores.placeBytes('bad', NONSENSE);
      expect((await stores.cache.getBulk(['bad', 'good'])).missing).toEqual(['bad']);
      expect(stores.log.of('generations.currentMany').map(({ keys }) => keys)).toEqual([[stores.at('good')]]);
    });
  },
);

describe('a bulk entry', () => {
  it('that is corrupt is dropped before anybody asks for generations', async () => {
    const stores = BYTES.rig();
    stores.entries.held.set(stores.bulkAt('a', 'b'), { entry: NONSENSE, ttlMs: 1, cost: undefined });
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps()).toEqual(['entries.get', 'entries.delete', 'entries.getMany']);
    expect(stores.events.of('heal')).toEqual([
      { type: 'heal', namespace: 'user', key: undefined, bulk: true, reason: 'corrupt', cause: expect.any(Error) },
    ]);
  });
});
