import { describe, expect, it } from '@jest/globals';

import { CasTimeoutError } from '../../../../../lib/errors.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { text } from '../../../../support/core/text-codec.js';
import { BYTES, NEAR, TIERED, WITH_BULK } from '../../../../support/core/topologies.js';

/** Two keys, in singles and in one frame. */
function filled(stores: Rig): Rig {
  const members = ['a', 'b'].map((key) => ({ key, gen: stores.seed(key, `single ${key}`), payload: text(key) }));
  stores.placeBulk(['a', 'b'], members);
  return stores;
}

describe.each(WITH_BULK)('generations fail during a bulk read: $name', ({ rig }) => {
  it('one malformed generation affects only its key', async () => {
    const stores = filled(rig());
    stores.generations.malform(stores.at('a'));
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([['b', 'single b']]),
      missing: ['a'],
    });
    await settled();
    expect(stores.events.reasons()).toEqual(['generation-absent']);
    expect([stores.has('a'), stores.has('b')]).toEqual([false, true]);
    for (const { cause } of stores.events.of('fault')) {
      expect(cause).toMatchObject({ code: 'CAS_MALFORMED_GENERATION' });
    }
  });

  it('one that cannot be read now: neither served nor condemned, the others served', async () => {
    const stores = filled(rig());
    stores.generations.script.failKey('currentMany', stores.at('a'), new Error('slot is down'));
    for (const op of ['readBulk', 'readMany']) {
      stores.atomic?.script.failKey(op, stores.at('a'), new Error('slot is down'));
    }
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([['b', 'single b']]),
      missing: ['a'],
    });
    await settled();
    expect(stores.events.reasons()).toEqual(['unavailable']);
    expect(stores.events.of('heal')).toEqual([]);
    expect(stores.has('a')).toBe(true);
  });

  it('the call as a whole failing: everything missing, bulk left alone', async () => {
    for (const how of ['throw', 'reject'] as const) {
      const stores = filled(rig());
      stores.loseGenerationStore(how);
      expect(await stores.cache.getBulk(['a', 'b'])).toEqual({ values: new Map(), missing: ['a', 'b'] });
      await settled();
      expect(stores.entries.held.size).toBe(3);
      expect(stores.events.reasons()).toEqual(['unavailable', 'unavailable']);
      expect(stores.events.faults()).toContain('getBulk');
    }
  });

  it('the call as a whole hanging: everything missing, within one deadline, bulk left alone', async () => {
    const stores = filled(rig());
    stores.loseGenerationStore('hang');
    const answer = stores.cache.getBulk(['a', 'b']);
    await settled();
    stores.timers.advance(250);
    expect(await answer).toEqual({ values: new Map(), missing: ['a', 'b'] });
    expect(stores.entries.held.size).toBe(3);
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'getBulk', key: undefined, cause: expect.any(CasTimeoutError) },
    ]);
  });
});

describe('generations that fail as a whole', () => {
  it('are not asked for again for singles', async () => {
    const stores = filled(BYTES.rig());
    stores.loseGenerationStore('reject');
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps()).toEqual(['entries.get', 'generations.currentMany']);
  });
});

describe.each([NEAR, TIERED])('generations fail during a read of many: $name', ({ rig }) => {
  it('one malformed generation affects only its key', async () => {
    const stores = rig();
    stores.seed('a', 'a');
    stores.seed('b', 'b');
    stores.generations.malform(stores.at('a'));
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({ values: new Map([['b', 'b']]), missing: ['a'] });
    expect(stores.events.reasons()).toEqual(['generation-absent']);
  });

  it('the call as a whole failing: everything missing, nothing deleted', async () => {
    const stores = rig();
    stores.seed('a', 'a');
    stores.seed('b', 'b');
    stores.loseGenerationStore('reject');
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual(['a', 'b']);
    expect([stores.has('a'), stores.has('b')]).toEqual([true, true]);
    expect(stores.events.reasons()).toEqual(['unavailable', 'unavailable']);
  });
});
