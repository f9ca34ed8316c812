import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES.filter(({ shape }) => !shape.atomic))('bump ok, delete hangs: $name', ({ rig }) => {
  it('→ success at the deadline, event, nothing pending, and nothing old is served', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    for (const op of ['delete', 'deleteMany']) stores.entries.script.fail(op, 'hang');
    const invalidated = stores.cache.invalidate('42');
    await settled();
    stores.timers.advance(250);
    await invalidated;
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'invalidate', cause: { code: 'CAS_TIMEOUT' } }]);
    expect(stores.cache.stats()).toMatchObject({ invalidations: 1, pendingInvalidations: { keys: 0 } });
    stores.mend();
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});

describe.each(TOPOLOGIES)('a clear that failed: $name', ({ rig }) => {
  it('holds the namespace back until a retry has landed', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    stores.generations.script.fail('clear', 'reject');
    stores.entries.script.fail('clear', 'reject');
    stores.near?.script.fail('clear', 'reject');
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    expect(await stores.cache.get('42')).toBeUndefined();
    stores.mend();
    stores.timers.advance(100);
    await settled();
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(false);
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
  });

  it('goes on retrying after a retry that hangs', async () => {
    const stores = rig();
    stores.generations.script.fail('clear', 'reject');
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    stores.generations.script.fail('clear', 'hang');
    const pass = async (ms: number): Promise<void> => {
      stores.timers.advance(ms);
      await settled();
    };
    await pass(100);
    stores.mend();
    await pass(60_000);
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    await pass(1_000);
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(false);
  });
});
