import { describe, expect, it } from '@jest/globals';

import { CasKeyError } from '../../../../../lib/errors.js';
import { CasInvalidateError } from '../../../../../lib/write-errors.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const failureOf = (call: Promise<void>): Promise<CasInvalidateError> =>
  call.then(
    () => Promise.reject(new Error('it succeeded')),
    (cause: unknown) => {
      expect(cause).toBeInstanceOf(CasInvalidateError);
      return cause as CasInvalidateError;
    },
  );

/** Bumps fail with this. */
function failBumps(stores: Rig, how: 'throw' | 'reject', cause: Error): void {
  for (const op of ['bump', 'bumpMany']) stores.generations.script.fail(op, how, cause);
  for (const op of ['invalidate', 'invalidateMany']) stores.atomic?.script.fail(op, how, cause);
}

function failDeletes(stores: Rig, how: 'throw' | 'reject', cause: Error): void {
  for (const op of ['delete', 'deleteMany']) stores.entries.script.fail(op, how, cause);
}

describe.each(TOPOLOGIES)('invalidate: $name', ({ rig, shape }) => {
  it.each([
    ['one key', '42'],
    ['many keys', ['42', '43']],
  ] as const)('bump first, then delete (%s)', async (_, keys) => {
    const stores = rig();
    stores.seed('42', 'v');
    await stores.cache.invalidate(keys);
    const steps = stores.log.steps();
    if (shape.atomic) {
      expect(steps[0]).toMatch(/^atomic\.invalidate/);
    } else {
      expect(steps.slice(0, 2)).toEqual([
        typeof keys === 'string' ? 'generations.bump' : 'generations.bumpMany',
        'entries.deleteMany',
      ]);
    }
    if (shape.tiered) expect(steps.at(-1)).toBe('near.deleteMany');
    expect(stores.has('42')).toBe(false);
  });

  it.each(['throw', 'reject'] as const)(
    'bump fails → error with both causes, whatever the delete did; both always tried (%s)',
    async (how) => {
      const [bump, removal] = [new Error('no bump'), new Error('no delete')];
      const one = rig();
      one.seed('42', 'v');
      failBumps(one, how, bump);
      const deleted = await failureOf(one.cache.invalidate('42'));
      expect(deleted).toMatchObject({ code: 'CAS_INVALIDATE', namespace: 'user', cause: bump });
      expect(deleted.failures).toEqual(new Map([['42', bump]]));
      expect(one.log.steps()).toContain('entries.deleteMany');
      expect(one.has('42')).toBe(false);

      const both = rig();
      both.seed('42', 'v');
      failBumps(both, how, bump);
      failDeletes(both, how, removal);
      const failed = await failureOf(both.cache.invalidate(['42', '43']));
      expect([...failed.failures.keys()]).toEqual(['42', '43']);
      for (const cause of failed.failures.values()) {
        expect(cause).toBeInstanceOf(AggregateError);
        expect((cause as AggregateError).errors).toEqual([bump, removal]);
      }
      expect(both.events.of('fault')).toMatchObject([
        { operation: 'invalidate', key: '42' },
        { operation: 'invalidate', key: '43' },
      ]);
      expect(both.events.of('invalidate')).toEqual([]);
    },
  );

  it('many keys: the error has the cause for each failed key, the others are done', async () => {
    const stores = rig();
    const cause = new Error('slot is down');
    for (const key of ['a', 'b', 'c']) stores.seed(key, key);
    stores.generations.script.failKey('bumpMany', stores.at('b'), cause);
    stores.atomic?.script.failKey('invalidateMany', stores.at('b'), cause);
    const failed = await failureOf(stores.cache.invalidate(['a', 'b', 'c']));
    expect(failed.failures).toEqual(new Map([['b', cause]]));
    expect((await stores.cache.getBulk(['a', 'c'])).missing).toEqual(['a', 'c']);
    expect(['a', 'b', 'c'].map((key) => stores.has(key))).toEqual([false, false, false]);
    expect(stores.events.of('invalidate').map(({ key }) => key)).toEqual(['a', 'c']);
    expect(stores.cache.stats()).toMatchObject({ invalidations: 2, faults: { invalidate: 1 } });
  });

  it('reports the new generation of every key', async () => {
    const stores = rig();
    const before = stores.seed('42', 'v');
    await stores.cache.invalidate('42');
    const [event] = stores.events.of('invalidate');
    expect(event).toEqual({ type: 'invalidate', namespace: 'user', key: '42', generation: expect.any(Number) });
    expect(event?.generation).toBeGreaterThan(before);
    expect(event?.generation).toBe(stores.generations.cells.get(stores.at('42')));
  });

  it('a key that is open stays open under a new number', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.generations.open(stores.at('42'));
    await stores.cache.invalidate('42');
    expect(await stores.cache.snapshotGen('42')).toBe(0);
  });

  it('no key is no call; a bad key is an error before anything is done', async () => {
    const stores = rig();
    await stores.cache.invalidate([]);
    await expect(stores.cache.invalidate(['a', ''])).rejects.toBeInstanceOf(CasKeyError);
    await expect(stores.cache.invalidate('')).rejects.toBeInstanceOf(CasKeyError);
    expect(stores.log.steps()).toEqual([]);
  });
});

describe.each(TOPOLOGIES.filter(({ shape }) => !shape.atomic))('the delete alone fails: $name', ({ rig }) => {
  it.each(['throw', 'reject'] as const)('bump ok + delete fails → success, event (%s)', async (how) => {
    const stores = rig();
    const cause = new Error('no delete');
    stores.seed('42', 'v');
    failDeletes(stores, how, cause);
    await stores.cache.invalidate('42');
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', operation: 'invalidate', key: '42', cause },
    ]);
    expect(stores.events.of('invalidate')).toHaveLength(1);
    stores.mend();
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('of one key among many', async () => {
    const stores = rig();
    const cause = new Error('no delete');
    stores.seed('a', 'v');
    stores.seed('b', 'v');
    stores.entries.script.failKey('deleteMany', stores.at('a'), cause);
    await stores.cache.invalidate(['a', 'b']);
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'invalidate', key: 'a', cause }]);
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual(['a', 'b']);
    await settled();
  });
});

describe.each(TOPOLOGIES.filter(({ shape }) => shape.tiered))('the tier in front: $name', ({ rig }) => {
  it('cannot be deleted from: success, event, and nothing old is served', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.near?.script.fail('deleteMany', 'throw');
    await stores.cache.invalidate('42');
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'invalidate', key: undefined }]);
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});
