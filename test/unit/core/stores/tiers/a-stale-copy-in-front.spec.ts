import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { SeveralCopies } from '../../../../support/core/several-copies.js';
import type { Replica } from '../../../../support/core/several-copies.js';

async function fill({ cache }: Replica, key: string, value: unknown): Promise<void> {
  expect(await cache.setWithGen(key, value, await cache.snapshotGen(key))).toBe('stored');
}

const READS: readonly (readonly [string, (replica: Replica, key: string) => Promise<unknown>])[] = [
  ['get', ({ cache }, key) => cache.get(key)],
  ['getBulk', async ({ cache }, key) => (await cache.getBulk([key])).values.get(key)],
];

/** Replica one has a copy of what replica two has invalidated and loaded anew since. */
async function staleInFront(): Promise<SeveralCopies> {
  const stores = new SeveralCopies({ disableBulk: true });
  await fill(stores.one, '42', 'old');
  await stores.two.cache.invalidate('42');
  await fill(stores.two, '42', 'new');
  expect(stores.one.process.held.size).toBe(1);
  return stores;
}

describe.each(READS)('a copy in process that another replica has made out of date, by %s', (_, read) => {
  it('gives way to the newer one behind it, which stays where it is', async () => {
    const stores = await staleInFront();
    const newer = stores.shared.held.get(stores.at('42'));
    expect(await read(stores.one, '42')).toBe('new');
    await settled();
    expect(stores.shared.held.get(stores.at('42'))).toBe(newer);
    expect(stores.one.events.of('heal')).toMatchObject([{ key: '42', reason: 'stale' }]);
    expect(stores.one.events.of('miss')).toEqual([]);
    expect(await read(stores.two, '42')).toBe('new');
  });

  it('is gone then: the newer one is copied by the next read, and alone answers those after it', async () => {
    const stores = await staleInFront();
    await read(stores.one, '42');
    await read(stores.one, '42');
    await settled();
    stores.log.forget();
    expect(await read(stores.one, '42')).toBe('new');
    expect(stores.log.steps().filter((step) => step.startsWith('shared'))).toEqual([]);
  });

  it('is a miss under the generation of now when there is nothing behind it', async () => {
    const stores = await staleInFront();
    stores.shared.held.clear();
    expect(await read(stores.one, '42')).toBeUndefined();
    await settled();
    expect(stores.one.events.reasons()).toEqual(['stale']);
    expect(stores.one.process.held.size).toBe(0);
  });

  it('and behind as well is dropped from both', async () => {
    const stores = await staleInFront();
    stores.generations.issue(stores.at('42'));
    expect(await read(stores.one, '42')).toBeUndefined();
    await settled();
    expect(stores.one.process.held.size + stores.shared.held.size).toBe(0);
    expect(stores.one.events.of('heal')).toHaveLength(2);
  });

  it('that is corrupt gives way to a sound one', async () => {
    const stores = await staleInFront();
    const garbage = { entry: Buffer.from('garbage'), ttlMs: 1, cost: undefined };
    stores.one.process.held.set(stores.at('42'), garbage);
    expect(await read(stores.one, '42')).toBe('new');
    expect(stores.one.events.of('heal')).toMatchObject([{ key: '42', reason: 'corrupt' }]);
  });

  it('is deleted everywhere where no generation is current: then no copy is any good', async () => {
    const stores = await staleInFront();
    stores.generations.cells.clear();
    stores.log.forget();
    expect(await read(stores.one, '42')).toBeUndefined();
    await settled();
    expect(stores.one.process.held.size + stores.shared.held.size).toBe(0);
    expect(stores.one.events.reasons()).toEqual(['generation-absent']);
    expect(stores.log.of('shared.get')).toEqual([]);
  });

  it('is a miss, and nothing is deleted, while nothing can be proven', async () => {
    const stores = await staleInFront();
    stores.generations.script.fail('*', 'reject');
    expect(await read(stores.one, '42')).toBeUndefined();
    expect(stores.one.events.reasons()).toEqual(['unavailable']);
    expect([stores.one.process.held.size, stores.shared.held.size]).toEqual([1, 1]);
  });

  it('is a miss when the tier behind fails', async () => {
    const stores = await staleInFront();
    stores.shared.script.fail('*', 'reject');
    expect(await read(stores.one, '42')).toBeUndefined();
    expect(stores.one.events.reasons()).toEqual(['stale']);
  });

  it('that cannot be dropped is not asked for without end', async () => {
    const stores = await staleInFront();
    stores.shared.held.set(stores.at('42'), { entry: stores.frame(1, 'older'), ttlMs: 1, cost: undefined });
    stores.one.process.script.fail('delete', 'throw');
    stores.shared.script.fail('delete', 'reject');
    expect(await read(stores.one, '42')).toBeUndefined();
    expect(stores.log.of('shared.get').length).toBeLessThan(10);
  });
});

describe('a bulk frame in process that another replica has made out of date', () => {
  it('gives way to singles once, and then to the newer frame behind it', async () => {
    const stores = new SeveralCopies();
    const bulk = async ({ cache }: Replica, value: number): Promise<void> => {
      const observed = await cache.snapshotGens(['a', 'b']);
      await cache.setBulkWithGens(
        [
          ['a', value],
          ['b', value],
        ],
        observed,
      );
    };
    await bulk(stores.one, 1);
    await stores.two.cache.invalidate('a');
    await bulk(stores.two, 2);
    const frame = stores.shared.held.get(stores.bulkAt('a', 'b'));
    expect((await stores.one.cache.getBulk(['a', 'b'])).values.get('a')).toBe(2);
    await settled();
    expect(stores.shared.held.get(stores.bulkAt('a', 'b'))).toBe(frame);
    expect(stores.one.process.held.has(stores.bulkAt('a', 'b'))).toBe(false);
    stores.log.forget();
    expect((await stores.one.cache.getBulk(['a', 'b'])).values.get('a')).toBe(2);
    expect(stores.log.of('shared.getMany')).toEqual([]);
  });
});
