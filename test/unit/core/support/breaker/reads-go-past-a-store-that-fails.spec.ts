import { describe, expect, it } from '@jest/globals';

import { pass, settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { ATOMIC, BYTES, NEAR, TIERED, TIERED_ATOMIC, TOPOLOGIES } from '../../../../support/core/topologies.js';

const SHARED = [NEAR, BYTES, ATOMIC, TIERED, TIERED_ATOMIC];

/** Reads that wait until the deadline, one after the other. */
async function readInVain(stores: Rig, times: number, key = '42'): Promise<void> {
  for (let i = 0; i < times; i++) {
    const read = stores.cache.get(key);
    await settled();
    stores.timers.advance(250);
    expect(await read).toBeUndefined();
  }
}

const open = (stores: Rig): boolean => stores.cache.stats().breakerOpen;

describe.each(SHARED)('a store that does not answer: $name', ({ rig }) => {
  it('after five reads in vain, reads, snapshots and fills go past it at once', async () => {
    const stores = rig();
    const observed = stores.seed('42', 'cached');
    stores.hang();
    await readInVain(stores, 4);
    expect(open(stores)).toBe(false);
    await readInVain(stores, 1);
    expect(open(stores)).toBe(true);
    stores.log.forget();
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(await stores.cache.getOrLoad('42', () => 'from the source')).toBe('from the source');
    expect((await stores.cache.getBulk(['42', '43'])).missing).toEqual(['42', '43']);
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect(await stores.cache.setWithGen('42', 'x', observed)).toBe('unavailable');
    expect(stores.log.steps()).toEqual([]);
    expect(stores.events.of('breaker')).toEqual([{ type: 'breaker', namespace: 'user', open: true, part: undefined }]);
  });

  it('a probe brings it back soon after its recovery, and no read waits for it', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.hang();
    await readInVain(stores, 5);
    // Each is given up after a while; the next one follows.
    await pass(stores.timers, 2_000);
    expect(await stores.cache.get('42')).toBeUndefined();
    stores.mend();
    await pass(stores.timers, 350);
    expect(open(stores)).toBe(false);
    expect(await stores.cache.get('42')).toBe('cached');
    expect(stores.events.of('breaker').map((event) => event.open)).toEqual([true, false]);
    expect(stores.timers.holding).toBe(0);
  });

  it('a success in between starts the count again', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    for (let i = 0; i < 3; i++) {
      stores.hang();
      await readInVain(stores, 4);
      stores.mend();
      expect(await stores.cache.get('42')).toBe('cached');
    }
    expect(open(stores)).toBe(false);
  });

  it('only a probe says that it is back: the late answer to a read does not', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.hang();
    const reads = [1, 2, 3, 4, 5].map(() => stores.cache.get('42'));
    stores.timers.advance(200);
    const last = stores.cache.get('42');
    stores.timers.advance(50);
    await Promise.all(reads);
    stores.mend();
    for (let i = 0; i < 3; i++) {
      stores.release();
      await settled();
    }
    expect(await last).toBe('cached');
    expect(open(stores)).toBe(true);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('fills in vain count', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.hang();
    if (stores.shape.entries === 'values') stores.generations.script.fail('extend', 'hang');
    for (let i = 0; i < 5; i++) {
      const filled = stores.cache.setWithGen('42', 'x', 7);
      await settled();
      stores.timers.advance(250);
      expect(await filled).toBe('unavailable');
    }
    expect(open(stores)).toBe(true);
  });

  it('snapshots that are refused count, and one that is answered starts the count again', async () => {
    const stores = rig();
    const snapshots = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await stores.cache.snapshotGen('42');
    };
    stores.generations.script.fail('snapshot', 'reject');
    await snapshots(4);
    stores.mend();
    await snapshots(1);
    stores.generations.script.fail('snapshot', 'reject');
    await snapshots(4);
    expect(open(stores)).toBe(false);
    await snapshots(1);
    expect(open(stores)).toBe(true);
  });

  it('many keys of one call count once', async () => {
    const stores = rig();
    const keys = 'abcdefgh'.split('');
    for (const key of keys) stores.seed(key, 'cached');
    stores.hang();
    for (let i = 0; i < 4; i++) {
      const read = stores.cache.getBulk(keys);
      await settled();
      stores.timers.advance(250);
      expect((await read).missing).toHaveLength(8);
    }
    expect(open(stores)).toBe(false);
    await readInVain(stores, 1, 'a');
    expect(open(stores)).toBe(true);
  });

  it('snapshots in vain count, even where reads are answered in process', async () => {
    const stores = rig();
    stores.generations.script.fail('*', 'hang');
    for (let i = 0; i < 5; i++) {
      const taken = stores.cache.snapshotGen('42');
      await settled();
      stores.timers.advance(250);
      expect(await taken).toBe(0);
      // Nothing is held of it here, which says nothing of the store that hangs.
      if (stores.shape.entries === 'values') await stores.cache.get('42');
    }
    expect(open(stores)).toBe(true);
  });

  it('invalidations are attempted all the same: they have to reach it if anything does', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.failReads('hang');
    stores.generations.script.fail('current', 'hang');
    stores.near?.held.clear();
    await readInVain(stores, 5);
    expect(open(stores)).toBe(true);
    await stores.cache.invalidate('42');
    await stores.cache.withWriteIntent('42', () => undefined);
    expect(stores.cache.stats().invalidations).toBe(2);
  });

  it('with the store, failed invalidations come back: they need not wait for their next turn', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.loseGenerationStore('reject');
    await expect(stores.cache.invalidate('42')).rejects.toThrow('could not be invalidated');
    for (let i = 0; i < 5; i++) await stores.cache.snapshotGen('43');
    await pass(stores.timers, 3_000);
    expect(open(stores)).toBe(true);
    const attempts = (): number => stores.log.steps().filter((step) => /bump|invalidate/.test(step)).length;
    const before = attempts();
    while (attempts() === before) await pass(stores.timers, 10, 10);
    // The next one is 250 ms away, a probe 100 ms at most.
    stores.mend();
    await pass(stores.timers, 110, 10);
    expect(open(stores)).toBe(false);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
  });

  it('close ends the probes', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.hang();
    await readInVain(stores, 5);
    const closed = stores.cache.close();
    await pass(stores.timers, 1_000);
    await closed;
    stores.log.forget();
    await pass(stores.timers, 1_000);
    expect(stores.log.steps()).toEqual([]);
  });
});

describe('a store of several parts', () => {
  const byFirstLetter = (key: string): string => key.slice('single:user:'.length)[0] ?? '';

  it.each([ATOMIC, NEAR])('one that fails leaves the others in use: $name', async ({ rig }) => {
    const stores = rig();
    stores.generations.partOf = byFirstLetter;
    stores.seed('a1', 'cached');
    stores.seed('b1', 'cached');
    stores.hang();
    await readInVain(stores, 5, 'a1');
    stores.mend();
    expect(await stores.cache.get('a1')).toBeUndefined();
    expect(await stores.cache.get('b1')).toBe('cached');
    const { values, missing } = await stores.cache.getBulk(['a1', 'b1']);
    expect([[...values.keys()], missing]).toEqual([['b1'], ['a1']]);
    expect(stores.events.of('breaker').map(({ part }) => part)).toEqual(['a']);
    await pass(stores.timers, 350);
    expect(await stores.cache.get('a1')).toBe('cached');
  });

  it('a key that moved to another part does not keep its old one closed', async () => {
    const stores = ATOMIC.rig();
    let at = 'one';
    stores.generations.partOf = () => at;
    stores.seed('a', 'cached');
    stores.hang();
    await readInVain(stores, 5, 'a');
    at = 'two';
    await pass(stores.timers, 350);
    expect(stores.cache.stats().breakerOpen).toBe(false);
  });
});

describe.each(TOPOLOGIES)('a store that refuses: $name', ({ rig }) => {
  it('is no reason to wait, but after five refusals it is not asked either', async () => {
    const stores = rig();
    stores.seed('42', 'cached');
    stores.loseGenerationStore('reject');
    for (let i = 0; i < 5; i++) await stores.cache.get('42');
    expect(open(stores)).toBe(true);
    stores.mend();
    await pass(stores.timers, 150);
    expect(await stores.cache.get('42')).toBe('cached');
  });

  it('a malformed generation is no fault of the store', async () => {
    const stores = rig();
    for (let i = 0; i < 6; i++) {
      stores.seed('42', 'cached');
      stores.generations.malform(stores.at('42'));
      expect(await stores.cache.get('42')).toBeUndefined();
    }
    expect(open(stores)).toBe(false);
  });
});
