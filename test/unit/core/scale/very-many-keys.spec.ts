import { describe, expect, it } from '@jest/globals';

import { CasIntentUnavailableError, CasInvalidateError } from '../../../../lib/write-errors.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../support/core/topologies.js';

const KEYS = Array.from({ length: 2_500 }, (_, i) => `k${i}`);

/** How many keys each call of the steps had. */
const sizes = (stores: Rig, steps: RegExp): number[] =>
  stores.log.calls.filter(({ part, op }) => steps.test(`${part}.${op}`)).map(({ keys }) => keys.length);

const BUMPS = /generations\.bumpMany|atomic\.invalidateMany/;

describe.each(TOPOLOGIES)('calls on very many keys: $name', ({ rig }) => {
  it('an invalidation takes turns', async () => {
    const stores = rig();
    await stores.cache.invalidate(KEYS);
    expect(sizes(stores, BUMPS)).toEqual([1_000, 1_000, 500]);
    expect(stores.cache.stats().invalidations).toBe(2_500);
  });

  it('so do the two ends of a write under an intent', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent(KEYS, () => expect(stores.generations.intents.writers.size).toBe(2_500));
    expect(sizes(stores, /intents\.open/)).toEqual([1_000, 1_000, 500]);
    expect(sizes(stores, /intents\.settle/)).toEqual([1_000, 1_000, 500]);
    expect(stores.generations.intents.writers.size).toBe(0);
  });

  it('each turn has the deadline for itself, and after one that nobody answered there is no other', async () => {
    const stores = rig();
    stores.hang();
    const failed = stores.cache.invalidate(KEYS).catch((error: unknown) => error);
    await settled();
    stores.timers.advance(250);
    await settled();
    const error = await failed;
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect((error as CasInvalidateError).failures.size).toBe(2_500);
    expect(sizes(stores, BUMPS)).toEqual([1_000]);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(2_500);
  });

  it('an intent whose second turn is refused is none: the write is not begun, and all turns are settled', async () => {
    const stores = rig();
    stores.generations.intents.script.failKey(
      'open',
      stores.at(KEYS.toSorted()[1_500] as string),
      new Error('refused'),
    );
    const write = stores.cache.withWriteIntent(KEYS, () => expect('the write').toBe('not begun'));
    await expect(write).rejects.toBeInstanceOf(CasIntentUnavailableError);
    expect(stores.generations.intents.writers.size).toBe(0);
  });
});

describe.each(TOPOLOGIES)('a clear that hangs: $name', ({ rig }) => {
  it('is given up after a minute, and retried', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    stores.generations.script.fail('clear', 'hang');
    let ended = 'no';
    const cleared = stores.cache.clear().then(
      () => (ended = 'cleared'),
      (error: unknown) => (ended = (error as Error).name),
    );
    await pass(stores.timers, 59_900, 1_000);
    expect(ended).toBe('no');
    await pass(stores.timers, 200);
    await cleared;
    expect(ended).toBe('CasClearError');
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    stores.mend();
    stores.release();
    await pass(stores.timers, 1_000);
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(false);
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});
