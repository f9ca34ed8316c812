import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('the provider fails: $name', ({ rig }) => {
  it.each(['throw', 'reject'] as const)(
    'provider error on get: miss and event, which carries operation, namespace, cause (%s)',
    async (how) => {
      const broken = rig();
      const cause = new Error('disk on fire');
      broken.failReads(how, cause);
      expect(await broken.cache.get('42')).toBeUndefined();
      expect(broken.events.all).toEqual([
        { type: 'fault', namespace: 'user', operation: 'get', key: '42', cause },
        { type: 'miss', namespace: 'user', key: '42', reason: 'unavailable' },
      ]);
      expect((await broken.cache.getBulk(['42'])).missing).toEqual(['42']);
      expect(broken.log.steps()).not.toContain('entries.delete');
    },
  );

  it.each(['throw', 'reject'] as const)(
    "provider error on set: 'rejected' and event, which carries operation, namespace, cause (%s)",
    async (how) => {
      const broken = rig();
      const cause = new Error('disk on fire');
      broken.failWrites(how, cause);
      const observed = await broken.cache.snapshotGen('42');
      expect(await broken.cache.setWithGen('42', 'v', observed)).toBe('rejected');
      expect(broken.events.all).toEqual([
        { type: 'fault', namespace: 'user', operation: 'set', key: '42', cause },
        { type: 'fill', namespace: 'user', key: '42', outcome: 'rejected' },
      ]);
      broken.mend();
      expect(await broken.cache.get('42')).toBeUndefined();
    },
  );

  it('what is thrown need not be an Error', async () => {
    const broken = rig();
    broken.failReads('throw', 'a text');
    expect(await broken.cache.get('42')).toBeUndefined();
    expect((await broken.cache.getBulk(['42', '43'])).missing).toEqual(['42', '43']);
    expect(broken.events.faults().every((operation) => operation === 'get' || operation === 'getBulk')).toBe(true);
  });
});

describe('a provider that has no room', () => {
  it("refuses an entry: 'rejected', and no fault", async () => {
    for (const { rig } of TOPOLOGIES.filter(({ shape }) => !shape.atomic)) {
      const full = rig();
      full.entries.refuses = () => true;
      expect(await full.cache.setWithGen('42', 'v', await full.cache.snapshotGen('42'))).toBe('rejected');
      expect(full.events.all).toEqual([{ type: 'fill', namespace: 'user', key: '42', outcome: 'rejected' }]);
      expect(await full.cache.get('42')).toBeUndefined();
    }
  });

  it('in front of another costs a near hit at most', async () => {
    for (const { rig } of TOPOLOGIES.filter(({ shape }) => shape.tiered)) {
      const full = rig();
      full.near?.script.fail('set', 'throw');
      expect(await full.cache.setWithGen('42', 'v', await full.cache.snapshotGen('42'))).toBe('stored');
      expect(full.events.faults()).toEqual(['set']);
      expect(await full.cache.get('42')).toBe('v');
    }
  });
});
