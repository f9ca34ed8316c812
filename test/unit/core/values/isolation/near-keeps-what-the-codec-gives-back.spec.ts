import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

class User {
  readonly born = new Date(0);
  readonly tags = ['a'];
}

/** A user after the codec, which is JSON. */
const DECODED = { born: '1970-01-01T00:00:00.000Z', tags: ['a'] };

describe.each([TIERED, TIERED_ATOMIC])('the near tier keeps what the codec would return: $name', ({ rig }) => {
  it('so that types do not depend on which tier answers', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['one', 'many']);
    await stores.cache.setWithGen('one', new User(), observed.get('one') as number);
    await stores.cache.setBulkWithGens([['many', new User()]], observed);
    for (const key of ['one', 'many']) {
      stores.log.forget();
      const fromNear = await stores.cache.get(key);
      expect(stores.log.steps()).not.toContain('entries.get');
      expect(stores.log.steps()).not.toContain('atomic.read');
      stores.near?.held.delete(stores.at(key));
      const fromBehind = await stores.cache.get(key);
      expect(fromNear).toStrictEqual(DECODED);
      expect(fromBehind).toStrictEqual(DECODED);
      expect(await stores.cache.get(key)).toStrictEqual(DECODED);
    }
  });

  it('and keeps it apart from callers: a change of a near hit, of a hit from behind, of the loaded value', async () => {
    const stores = rig();
    const loaded = { tags: ['a'] };
    await stores.cache.getOrLoad('42', () => loaded);
    loaded.tags.push('spoilt');
    ((await stores.cache.get('42')) as typeof loaded).tags.push('spoilt');
    expect(await stores.cache.get('42')).toEqual({ tags: ['a'] });
    stores.near?.held.clear();
    ((await stores.cache.get('42')) as typeof loaded).tags.push('spoilt');
    expect(stores.near?.held.size).toBe(1);
    expect(await stores.cache.get('42')).toEqual({ tags: ['a'] });
  });

  it('also when near is warmed only after the caller has changed its hit', async () => {
    const stores = rig();
    stores.seed('42', { tags: ['a'] });
    stores.near?.held.clear();
    let answer: (ms: number) => void = () => undefined;
    stores.entries.remainingTtl = () => new Promise((resolve) => (answer = resolve));
    ((await stores.cache.get('42')) as { tags: string[] }).tags.push('spoilt');
    answer(1_000);
    await settled();
    expect(stores.near?.held.get(stores.at('42'))?.entry.payload).toEqual({ tags: ['a'] });
  });

  it("isolation 'frozen' shares one frozen object of it", async () => {
    const stores = rig({ isolation: 'frozen' });
    await stores.cache.getOrLoad('42', () => ({ at: new Date(0) }));
    const hit = await stores.cache.get('42');
    expect(hit).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(Object.isFrozen(hit)).toBe(true);
    expect(await stores.cache.get('42')).toBe(hit);
  });

  it('a value that the codec cannot give back is not stored at all', async () => {
    const stores = rig();
    stores.codec.decode = () => {
      throw new Error('one way only');
    };
    await expect(stores.cache.setWithGen('42', 1, await stores.cache.snapshotGen('42'))).rejects.toMatchObject({
      code: 'CAS_DECODE',
    });
    expect(stores.has('42')).toBe(false);
  });
});
