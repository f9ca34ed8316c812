import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { text } from '../../../../support/core/text-codec.js';
import { ATOMIC, BYTES, WITH_BULK } from '../../../../support/core/topologies.js';

describe('provider error on the bulk entry: singles tried', () => {
  it.each(['throw', 'reject'] as const)('where it is read by itself (%s)', async (how) => {
    const stores = BYTES.rig();
    const cause = new Error('broken');
    stores.seed('a', 'single a');
    stores.entries.script.fail('get', how, cause);
    expect((await stores.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'single a']]));
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'getBulk', key: undefined, cause },
    ]);
  });

  it('where it is read with its generations: as a whole, or only the entry', async () => {
    const whole = ATOMIC.rig();
    whole.seed('a', 'single a');
    whole.atomic?.script.fail('readBulk', 'reject');
    expect((await whole.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'single a']]));
    expect(whole.events.faults()).toEqual(['getBulk']);

    const half = ATOMIC.rig();
    half.seed('a', 'single a');
    half.atomic?.script.failKey('readBulk', half.bulkAt('a'), new Error('slot is down'));
    expect((await half.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'single a']]));
    expect(half.events.faults()).toEqual(['getBulk']);
  });
});

describe.each(WITH_BULK)('provider error on singles: those keys missing, event: $name', ({ rig }) => {
  it('one of them', async () => {
    const stores = rig();
    const cause = new Error('broken');
    stores.seed('a', 'single a');
    stores.seed('b', 'single b');
    stores.entries.script.failKey('getMany', stores.at('a'), cause);
    stores.atomic?.script.failKey('readMany', stores.at('a'), cause);
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({ values: new Map([['b', 'single b']]), missing: ['a'] });
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'get', key: 'a', cause },
    ]);
    expect(stores.events.reasons()).toEqual(['unavailable']);
  });

  it('all of them', async () => {
    const stores = rig();
    const cause = new Error('broken');
    stores.seed('a', 'single a');
    stores.seed('b', 'single b');
    stores.entries.script.fail('getMany', 'reject', cause);
    stores.atomic?.script.fail('readMany', 'reject', cause);
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual(['a', 'b']);
    await settled();
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'get', key: undefined, cause },
    ]);
    expect([stores.has('a'), stores.has('b')]).toEqual([true, true]);
  });

  it('a frame that is served asks no single', async () => {
    const stores = rig();
    stores.placeBulk(['a'], [{ key: 'a', gen: stores.seed('a', 'single a'), payload: text('bulk a') }]);
    stores.entries.script.fail('getMany', 'reject');
    stores.atomic?.script.fail('readMany', 'reject');
    expect((await stores.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'bulk a']]));
  });
});
