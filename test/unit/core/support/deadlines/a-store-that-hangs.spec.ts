import { describe, expect, it } from '@jest/globals';

import { CasTimeoutError } from '../../../../../lib/errors.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const A_AND_B = new Map([
  ['a', 7],
  ['b', 8],
]);

interface Operation {
  readonly name: string;
  readonly call: (stores: Rig) => Promise<unknown>;
  readonly answer: unknown;
  readonly fault: { readonly operation: string; readonly key: string | undefined };
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'get: a miss',
    call: ({ cache }) => cache.get('a'),
    answer: undefined,
    fault: { operation: 'get', key: 'a' },
  },
  {
    name: 'snapshot: 0',
    call: ({ cache }) => cache.snapshotGen('a'),
    answer: 0,
    fault: { operation: 'snapshot', key: 'a' },
  },
  {
    name: 'snapshots: 0 each',
    call: ({ cache }) => cache.snapshotGens(['a', 'b']),
    answer: new Map([
      ['a', 0],
      ['b', 0],
    ]),
    fault: { operation: 'snapshot', key: undefined },
  },
  {
    name: "fill: 'unavailable'",
    call: ({ cache }) => cache.setWithGen('a', 1, 7),
    answer: 'unavailable',
    fault: { operation: 'set', key: 'a' },
  },
  {
    name: 'getBulk: everything missing',
    call: ({ cache }) => cache.getBulk(['a', 'b']),
    answer: { values: new Map(), missing: ['a', 'b'] },
    fault: { operation: 'getBulk', key: undefined },
  },
  {
    name: "setBulk: 'unavailable'",
    call: ({ cache }) => cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), A_AND_B),
    answer: {
      outcome: 'unavailable',
      bulk: false,
      singles: new Map([
        ['a', 'unavailable'],
        ['b', 'unavailable'],
      ]),
    },
    fault: { operation: 'setBulk', key: undefined },
  },
];

const SHARED = TOPOLOGIES.filter(({ shape }) => shape.generations === 'shared');

describe.each(SHARED)('stores that hang: $name', ({ rig }) => {
  it.each(OPERATIONS)('$name, at the deadline, and an event', async ({ call, answer, fault }) => {
    const stores = rig({ timeout: 100 });
    // What near holds makes a read of it ask for the generation, which hangs.
    for (const key of ['a', 'b']) stores.seed(key, key);
    stores.hang();
    let answered = false;
    const answering = call(stores).finally(() => (answered = true));
    await settled();
    stores.timers.advance(99);
    await settled();
    expect(answered).toBe(false);
    stores.timers.advance(1);
    expect(await answering).toEqual(answer);
    expect(stores.events.of('fault')).toEqual([
      { type: 'fault', namespace: 'user', ...fault, cause: expect.any(CasTimeoutError) },
    ]);
    expect(stores.events.of('fault')[0]?.cause).toMatchObject({
      code: 'CAS_TIMEOUT',
      namespace: 'user',
      key: fault.key,
      message: expect.stringMatching(/"\w+" within 100 ms.*raise the timeout of namespace "user"/),
    });
  });

  it('invalidate: an error for each key, at the deadline, and the entries are deleted all the same', async () => {
    const stores = rig({ timeout: 100 });
    stores.seed('a', 1);
    stores.seed('b', 2);
    stores.generations.script.fail('*', 'hang');
    stores.atomic?.script.fail('*', 'hang');
    const failing: Promise<unknown> = stores.cache.invalidate(['a', 'b']).catch((cause: unknown) => cause);
    await settled();
    expect(stores.has('a')).toBe(true);
    stores.timers.advance(100);
    const failed = await failing;
    expect(failed).toMatchObject({ code: 'CAS_INVALIDATE', namespace: 'user' });
    expect((failed as { failures: unknown }).failures).toEqual(
      new Map([
        ['a', expect.any(CasTimeoutError)],
        ['b', expect.any(CasTimeoutError)],
      ]),
    );
    expect(stores.events.of('fault').map(({ operation, key }) => [operation, key])).toEqual([
      ['invalidate', 'a'],
      ['invalidate', 'b'],
    ]);
    await settled();
    expect([stores.has('a'), stores.has('b')]).toEqual([false, false]);
  });

  it('getOrLoad: loads after one deadline, fills nothing, and asks no second time', async () => {
    const stores = rig({ timeout: 100 });
    stores.seed('a', 'cached');
    stores.hang();
    const loading = stores.cache.getOrLoad('a', () => 'loaded');
    await settled();
    const asked = stores.log.calls.length;
    stores.timers.advance(100);
    expect(await loading).toBe('loaded');
    expect(stores.log.calls).toHaveLength(asked);
    expect(stores.events.of('fill')).toMatchObject([{ outcome: 'unavailable' }]);
  });

  it('late answers change nothing that was answered, and lead to no unhandled rejection', async () => {
    for (const { call, answer } of OPERATIONS) {
      for (const late of ['answer', 'reject'] as const) {
        const stores = rig({ timeout: 100 });
        for (const key of ['a', 'b']) stores.seed(key, key);
        stores.hang();
        const answering = call(stores);
        await settled();
        stores.timers.advance(100);
        expect(await answering).toEqual(answer);
        const told = stores.events.all.length;
        stores.mend();
        if (late === 'answer') stores.release();
        else stores.fell(new Error('too late'));
        // Node tells of unhandled rejections at the end of a turn, and the test runner fails the test then.
        await new Promise(setImmediate);
        const tooLate = stores.events.all.slice(told).map(({ type }) => type);
        expect(new Set(tooLate)).toEqual(new Set(late === 'answer' || tooLate.length === 0 ? [] : ['fault']));
      }
    }
  });

  it('a fill that arrives late is checked like any other', async () => {
    const stores = rig({ timeout: 100 });
    const observed = await stores.cache.snapshotGen('42');
    stores.hang();
    const filling = stores.cache.setWithGen('42', 'old', observed);
    await settled();
    stores.timers.advance(100);
    expect(await filling).toBe('unavailable');
    stores.generations.issue(stores.at('42'));
    stores.mend();
    stores.release();
    await new Promise(setImmediate);
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});
