import { describe, expect, it } from '@jest/globals';

import { ATOMIC, BYTES, TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';
import type { Rig } from '../../../../support/core/rig.js';

/** Fills the keys with their own names as values, in one go. */
async function fill(stores: Rig, ...keys: string[]): Promise<void> {
  const observed = await stores.cache.snapshotGens(keys);
  const { outcome } = await stores.cache.setBulkWithGens(
    keys.map((key) => [key, key] as const),
    observed,
  );
  expect(outcome).toBe('stored');
  stores.log.forget();
}

const singlesAreGone = (stores: Rig, ...keys: string[]): void =>
  keys.forEach((key) => stores.entries.held.delete(stores.at(key)));

describe.each(WITH_BULK)('bulk read: $name', ({ rig }) => {
  it('all fresh: served', async () => {
    const stores = rig();
    await fill(stores, 'a', 'b');
    singlesAreGone(stores, 'a', 'b');
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({
      values: new Map([
        ['a', 'a'],
        ['b', 'b'],
      ]),
      missing: [],
    });
    expect(stores.events.of('hit')).toEqual([
      { type: 'hit', namespace: 'user', key: 'a', bulk: true },
      { type: 'hit', namespace: 'user', key: 'b', bulk: true },
    ]);
  });

  it('order of the request irrelevant, and kept in the answer', async () => {
    const stores = rig();
    await fill(stores, 'a', 'b', 'c');
    singlesAreGone(stores, 'a', 'b', 'c');
    const { values } = await stores.cache.getBulk(['c', 'a', 'b']);
    expect([...values]).toEqual([
      ['c', 'c'],
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('duplicates in the request still hit', async () => {
    const stores = rig();
    await fill(stores, 'a', 'b');
    singlesAreGone(stores, 'a', 'b');
    const { values, missing } = await stores.cache.getBulk(['b', 'a', 'b', 'a', 'a']);
    expect([...values.keys()]).toEqual(['b', 'a']);
    expect(missing).toEqual([]);
    expect(stores.cache.stats().hits).toBe(2);
  });

  it('equal sets share one entry', async () => {
    const stores = rig();
    await fill(stores, 'a', 'b');
    await fill(stores, 'b', 'a');
    const bulks = [...stores.entries.held.keys()].filter((key) => key.startsWith('bulk:'));
    expect(bulks).toEqual([stores.bulkAt('a', 'b')]);
    await stores.cache.getBulk(['a']);
    expect(stores.events.of('hit').map(({ key }) => key)).toEqual(['a']);
  });
});

describe('the steps of a bulk read', () => {
  it('are one call where one server has both halves', async () => {
    const stores = ATOMIC.rig();
    await fill(stores, 'a', 'b');
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps()).toEqual(['atomic.readBulk']);
  });

  it('are one for the frame and one for all generations elsewhere', async () => {
    const stores = BYTES.rig();
    await fill(stores, 'a', 'b');
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps()).toEqual(['entries.get', 'generations.currentMany']);
  });
});

describe.each(TOPOLOGIES)('missing keys: $name', ({ rig }) => {
  it("are in caller's order without duplicates", async () => {
    const stores = rig();
    stores.seed('b', 'b');
    const { values, missing } = await stores.cache.getBulk(['z', 'b', 'a', 'z', 'm', 'a']);
    expect(missing).toEqual(['z', 'a', 'm']);
    expect([...values]).toEqual([['b', 'b']]);
    expect(stores.cache.stats()).toMatchObject({ hits: 1, misses: { absent: 3 } });
  });

  it('empty request: empty answer, no call', async () => {
    const stores = rig();
    expect(await stores.cache.getBulk([])).toEqual({ values: new Map(), missing: [] });
    expect(stores.log.steps()).toEqual([]);
    expect(stores.timers.made).toBe(0);
  });
});
