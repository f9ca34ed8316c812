import { describe, expect, it } from '@jest/globals';

import { parseTtl } from '../../../../../lib/common/ttl.js';
import type { Ttl } from '../../../../../lib/common/ttl.js';
import { CasTtlError } from '../../../../../lib/errors.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const HUNDRED_YEARS = 100 * 365 * 86_400_000;

describe('parseTtl', () => {
  it.each([
    [1, 1],
    [250, 250],
    [1.2, 2],
    [0.001, 1],
    [HUNDRED_YEARS, HUNDRED_YEARS],
    ['250ms', 250],
    ['1ms', 1],
    ['0.5ms', 1],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['5 m', 300_000],
    ['  5m  ', 300_000],
    ['36500d', HUNDRED_YEARS],
  ])('%p is %d ms', (ttl, ms) => {
    expect(parseTtl(ttl)).toBe(ms);
  });

  it.each([
    [0],
    [-0],
    [-1],
    [NaN],
    [Infinity],
    [-Infinity],
    [HUNDRED_YEARS + 1],
    ['0s'],
    ['0'],
    [''],
    [' '],
    ['10'],
    ['-5m'],
    ['+5m'],
    ['5M'],
    ['5min'],
    ['5m30s'],
    ['5  m'],
    ['1e3ms'],
    ['.5s'],
    ['5.s'],
    ['NaNms'],
    ['Infinityd'],
    ['36501d'],
    ['5m\n6m'],
    [null],
    [true],
    [{}],
    [[5]],
    [10n],
    [new Date(5)],
  ])('%p → error', (ttl) => {
    expect(() => parseTtl(ttl as Ttl, 'ttl of namespace "user"')).toThrow(CasTtlError);
    expect(() => parseTtl(ttl as Ttl, 'ttl of namespace "user"')).toThrow('ttl of namespace "user"');
  });

  it.each([
    ['5 min', '5m'],
    ['5min', '5m'],
    ['10 minutes', '10m'],
    ['1.5 Hours', '1.5h'],
    ['30sec', '30s'],
    ['30 seconds', '30s'],
    ['2 days', '2d'],
    ['250msec', '250ms'],
    ['5M', '5m'],
  ])('%p → an error that says %p', (given, right) => {
    expect(() => parseTtl(given)).toThrow(`ttl: '${given}' is not a duration. Write '${right}'.`);
  });

  it('what no unit belongs to does not compile', () => {
    // @ts-expect-error -- a unit that is none
    const minutes: Ttl = '5 min';
    // @ts-expect-error -- no unit
    const bare: Ttl = '10';
    // @ts-expect-error -- any text: it may be read from the environment, and becomes a duration by `parseTtl`
    const text: Ttl = String(process.env.TTL);
    const right: readonly Ttl[] = ['250ms', '30s', '5m', '1.5h', '7d', '2w', 60];
    expect([minutes, bare, typeof text, right.length]).toEqual(['5 min', '10', 'string', 7]);
  });

  it('says what to write instead, and repeats no long text', () => {
    expect(() => parseTtl('10')).toThrow(/'10' is not a duration.*'5m'/);
    expect(() => parseTtl(0)).toThrow(/Leave it out for the default.*enabled: false/);
    expect(() => parseTtl('9'.repeat(1_000))).toThrow(/^.{1,200}$/);
  });
});

describe.each(TOPOLOGIES)('ttl: $name', ({ rig }) => {
  it('absent → the default; given → that', async () => {
    const stores = rig({ ttl: '7m' });
    await stores.cache.setWithGen('a', 1, await stores.cache.snapshotGen('a'));
    await stores.cache.setWithGen('b', 1, await stores.cache.snapshotGen('b'), undefined);
    await stores.cache.setWithGen('c', 1, await stores.cache.snapshotGen('c'), '1s');
    await stores.cache.getOrLoad('d', () => 1, { ttl: '2s' });
    const ttls = ['a', 'b', 'c', 'd'].map((key) => stores.entries.held.get(stores.at(key))?.ttlMs);
    expect(ttls).toEqual([420_000, 420_000, 1_000, 2_000]);
    if (stores.near !== undefined) {
      expect(['a', 'c'].map((key) => stores.near?.held.get(stores.at(key))?.ttlMs)).toEqual([420_000, 1_000]);
    }
  });

  it('0, negative, NaN or an unreadable string → error, and nothing is asked or loaded', async () => {
    for (const ttl of [0, -1, NaN, '10' as Ttl]) {
      const stores = rig();
      await expect(stores.cache.setWithGen('a', 1, 7, ttl)).rejects.toBeInstanceOf(CasTtlError);
      const load = (): never => {
        throw new Error('it was loaded');
      };
      await expect(stores.cache.getOrLoad('a', load, { ttl })).rejects.toBeInstanceOf(CasTtlError);
      expect(stores.log.steps()).toEqual([]);
    }
  });
});
