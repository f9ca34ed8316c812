import { describe, expect, it } from '@jest/globals';

import { CasConfigError, CasKeyError, CasValueError } from '../../../../../lib/errors.js';
import type { Rig } from '../../../../support/core/rig.js';
import { UNENCODABLE } from '../../../../support/core/text-codec.js';
import { ATOMIC, BYTES, MEMORY, NEAR, TOPOLOGIES } from '../../../../support/core/topologies.js';

const named = (keys: readonly string[]): Map<string, unknown> => new Map(keys.map((key) => [key, `row ${key}`]));

/** The steps of one load of three keys, with the moment of the load among them. */
async function stepsOf(stores: Rig): Promise<string[]> {
  stores.log.forget();
  await stores.cache.getOrLoadMany(['a', 'b', 'c'], (keys) => {
    stores.log.note('user', `load ${keys.join(' ')}`, []);
    return named(keys);
  });
  return stores.log.steps();
}

describe('getOrLoadMany: one read for all, one call of the loader for the missing, one write', () => {
  it.each([
    { ...MEMORY, read: ['entries.getMany'], write: ['generations.extendMany', 'entries.setMany'] },
    { ...NEAR, read: ['entries.getMany'], write: ['generations.extendMany', 'entries.setMany'] },
  ])('where nothing is: $name', async ({ rig, read, write }) => {
    expect(await stepsOf(rig())).toEqual([...read, 'generations.snapshotMany', 'user.load a b c', ...write]);
  });

  it('two round trips with generations that are known, three with absent ones, where one server has both halves', async () => {
    const absent = ATOMIC.rig({ disableBulk: true });
    expect(await stepsOf(absent)).toEqual([
      'atomic.readMany',
      'generations.snapshotMany',
      'user.load a b c',
      'atomic.fillMany',
    ]);
    const known = ATOMIC.rig({ disableBulk: true });
    for (const key of ['a', 'b', 'c']) known.generations.issue(known.at(key));
    expect(await stepsOf(known)).toEqual(['atomic.readMany', 'user.load a b c', 'atomic.fillMany']);
  });

  it('with a frame of all of them, that is read first and written last', async () => {
    const steps = await stepsOf(ATOMIC.rig());
    expect(steps.at(0)).toBe('atomic.readBulk');
    expect(steps.slice(-2)).toEqual(['atomic.fillMany', 'entries.set']);
  });

  it.each(TOPOLOGIES)('no step is made once for each key: $name', async ({ rig }) => {
    // What is in process is asked at once, and key by key.
    const steps = (await stepsOf(rig())).filter((step) => !step.startsWith('near.'));
    const repeated = steps.filter((step, i) => steps.indexOf(step) !== i);
    expect(repeated).toEqual([]);
    expect(steps.filter((step) => step.startsWith('user.'))).toEqual(['user.load a b c']);
  });

  it.each(TOPOLOGIES)(
    'only what is missing is loaded, and the answer is in the order of the request: $name',
    async ({ rig }) => {
      const stores = rig();
      stores.seed('b', 'cached');
      const asked: string[][] = [];
      const load = (keys: string[]): Map<string, unknown> => {
        asked.push(keys);
        return new Map([...named(keys)].toReversed());
      };
      const answer = await stores.cache.getOrLoadMany(['d', 'b', 'a', 'd', 'c'], load);
      expect([...answer]).toEqual([
        ['d', 'row d'],
        ['b', 'cached'],
        ['a', 'row a'],
        ['c', 'row c'],
      ]);
      expect(asked).toEqual([['d', 'a', 'c']]);
      expect([...(await stores.cache.getOrLoadMany(['a', 'b', 'c', 'd'], load)).keys()]).toEqual(['a', 'b', 'c', 'd']);
      expect(asked).toHaveLength(1);
      expect(await stores.cache.get('c')).toBe('row c');
    },
  );

  it.each(TOPOLOGIES)('very large requests are loaded in chunks: $name', async ({ rig }) => {
    const { cache } = rig();
    const asked: number[] = [];
    const load = (keys: string[]): Map<string, unknown> => {
      asked.push(keys.length);
      return named(keys);
    };
    const keys = Array.from({ length: 25 }, (_, i) => `key ${i}`);
    expect([...(await cache.getOrLoadMany(keys, load, { chunk: 10 })).keys()]).toEqual(keys);
    expect(asked).toEqual([10, 10, 5]);
    asked.length = 0;
    await cache.getOrLoadMany(
      Array.from({ length: 2_001 }, (_, i) => `other ${i}`),
      load,
    );
    expect(asked).toEqual([1_000, 1_000, 1]);
  });

  it('an empty request asks and loads nothing', async () => {
    const stores = ATOMIC.rig();
    expect(await stores.cache.getOrLoadMany([], () => named(['a']))).toEqual(new Map());
    expect(stores.log.steps()).toEqual([]);
  });
});

describe('keys that the loader does not return', () => {
  it.each(TOPOLOGIES)('are absent from the answer, and asked for again: $name', async ({ rig }) => {
    const { cache } = rig();
    const asked: string[][] = [];
    const load = (keys: string[]): Map<string, unknown> => {
      asked.push(keys);
      return new Map(keys.includes('a') ? [['a', 1]] : []);
    };
    expect(await cache.getOrLoadMany(['a', 'b'], load)).toEqual(new Map([['a', 1]]));
    expect(await cache.getOrLoadMany(['a', 'b'], load)).toEqual(new Map([['a', 1]]));
    expect(asked).toEqual([['a', 'b'], ['b']]);
  });

  it.each(TOPOLOGIES)("are null with missing: 'negative', and cached for negativeTtl: $name", async ({ rig }) => {
    const stores = rig();
    const options = { missing: 'negative', negativeTtl: '5s' } as const;
    const load = (): Map<string, unknown> => new Map([['a', 1]]);
    const expected = new Map([
      ['a', 1],
      ['b', null],
    ]);
    expect(await stores.cache.getOrLoadMany(['a', 'b'], load, options)).toEqual(expected);
    expect(stores.entries.held.get(stores.at('b'))?.ttlMs).toBe(5_000);
    expect(stores.entries.held.get(stores.at('a'))?.ttlMs).toBe(600_000);
    expect(await stores.cache.getOrLoad('b', () => 'never')).toBeNull();
  });

  it('what the loader returns without having been asked is neither answered nor stored', async () => {
    const stores = MEMORY.rig();
    expect(await stores.cache.getOrLoadMany(['a'], () => named(['a', 'x']))).toEqual(named(['a']));
    expect(stores.has('x')).toBe(false);
  });
});

describe('what goes wrong', () => {
  it.each([BYTES, ATOMIC])('a value that cannot be encoded leaves the others stored: $name', async ({ rig }) => {
    const stores = rig();
    const rows = new Map<string, unknown>([
      ['a', 1],
      ['b', UNENCODABLE],
      ['c', 3],
    ]);
    expect(await stores.cache.getOrLoadMany(['a', 'b', 'c'], () => rows)).toEqual(rows);
    expect(['a', 'b', 'c'].map((key) => stores.has(key))).toEqual([true, false, true]);
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'set', key: 'b', cause: { code: 'CAS_ENCODE' } }]);
  });

  it('one that was invalidated meanwhile is not stored, and the others are', async () => {
    for (const { rig } of TOPOLOGIES) {
      const stores = rig();
      await stores.cache.getOrLoadMany(['a', 'b'], async (keys) => {
        await stores.cache.invalidate('a');
        return named(keys);
      });
      expect([await stores.cache.get('a'), await stores.cache.get('b')]).toEqual([undefined, 'row b']);
    }
  });

  it('a loader that answers no map is told what to do', async () => {
    const { cache } = MEMORY.rig();
    const rows = (() => [{ id: 1 }]) as unknown as () => Map<string, unknown>;
    const call = cache.getOrLoadMany(['a'], rows, { name: 'UserRepository.findMany' });
    await expect(call).rejects.toBeInstanceOf(CasValueError);
    await expect(call).rejects.toThrow('UserRepository.findMany of getOrLoadMany answered no Map');
  });

  it('bad keys and options are errors before anything is asked', async () => {
    const stores = MEMORY.rig();
    const load = (): never => {
      throw new Error('it was loaded');
    };
    await expect(stores.cache.getOrLoadMany(['a', ''], load)).rejects.toBeInstanceOf(CasKeyError);
    for (const options of [{ chunk: 0 }, { chunk: 1.5 }, { missing: 'maybe' as 'absent' }]) {
      await expect(stores.cache.getOrLoadMany(['a'], load, options)).rejects.toBeInstanceOf(CasConfigError);
    }
    expect(stores.log.steps()).toEqual([]);
  });
});
