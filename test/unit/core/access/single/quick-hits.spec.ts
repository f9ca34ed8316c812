import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it, jest } from '@jest/globals';

import { CasKeyError, CasTtlError } from '../../../../../lib/errors.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { optionsOfMethod } from '../../../../../lib/core/loading/read-settings.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { reachable } from '../../../../support/reachable.js';
import type { RigOptions } from '../../../../support/core/rig.js';

const VALUE = { name: 'Ada', roles: ['admin'] };
const never = (): never => {
  throw new Error('A hit has loaded.');
};

async function filled(options: RigOptions = {}, value: unknown = VALUE): Promise<Embedded> {
  const stores = new Embedded(options);
  await stores.cache.getOrLoad('42', () => value);
  stores.events.all.length = 0;
  return stores;
}

describe.each(['copy', 'frozen', 'reference'] as const)("a hit in a cell, isolation '%s'", (isolation) => {
  it('is the value, by every way to ask for it, however often it is asked for', async () => {
    const { cache } = await filled({ isolation });
    for (let n = 0; n < 5; n++) {
      expect(await cache.get('42')).toEqual(VALUE);
      expect(cache.getSync('42')).toEqual(VALUE);
      expect(await cache.getOrLoad('42', never)).toEqual(VALUE);
      expect(await cache.getOrLoad('42', never, { ttl: '1m' })).toEqual(VALUE);
      expect((await cache.getBulk(['42'])).values.get('42')).toEqual(VALUE);
    }
    expect(cache.stats()).toMatchObject({ hits: 25, misses: { absent: 1 }, loads: { run: 1 } });
  });

  it('is told to hooks, in the context of its caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const hook = { events: ['hit'] as const, onEvent: () => void seen.push(context.getStore()) };
    const { cache, events } = await filled({ isolation, hooks: [hook] });
    for (const caller of ['a', 'b', 'c']) await context.run(caller, () => cache.get('42'));
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(events.of('hit')).toHaveLength(3);
  });

  it('is none after the invalidation, nor after another value was filled', async () => {
    const { cache } = await filled({ isolation });
    for (let n = 0; n < 3; n++) await cache.get('42');
    await cache.invalidate('42');
    expect(cache.getSync('42')).toBeUndefined();
    expect(await cache.get('42')).toBeUndefined();
    expect(await cache.getOrLoad('42', () => ({ name: 'Grace', roles: [] }))).toMatchObject({ name: 'Grace' });
    for (let n = 0; n < 3; n++) expect(await cache.get('42')).toMatchObject({ name: 'Grace' });
    const observed = await cache.snapshotGen('42');
    await cache.setWithGen('42', { name: 'Alan', roles: [] }, observed);
    expect(await cache.get('42')).toMatchObject({ name: 'Alan' });
  });

  it('is shared by its callers, or private to each, as the isolation says', async () => {
    const { cache } = await filled({ isolation });
    const hits = await Promise.all([cache.get('42'), cache.get('42'), cache.get('42'), cache.getSync('42')]);
    expect(new Set(hits).size).toBe(isolation === 'copy' ? 4 : 1);
    expect(hits.every((hit) => Object.isFrozen(hit))).toBe(isolation === 'frozen');
  });
});

describe('a hit of an entry that was replaced', () => {
  it('is private, wherever the new value has its objects', async () => {
    const { cache } = await filled({}, { rows: [{ tags: ['a'] }, { tags: ['b'] }], at: new Date(0) });
    for (const value of [{ list: [1], at: { day: 1 } }, [{ rows: 'none' }], 'text', { rows: { tags: [] } }]) {
      // Read so often that it is known where the objects of the old value are.
      for (let n = 0; n < 3; n++) await cache.get('42');
      expect(await cache.setWithGen('42', value, await cache.snapshotGen('42'))).toBe('stored');
      for (let n = 0; n < 3; n++) {
        const hits = [await cache.get('42'), cache.getSync('42')];
        expect(hits).toEqual([value, value]);
        const seen = reachable(hits[0]);
        for (const each of reachable(hits[1])) expect(seen.has(each)).toBe(false);
      }
    }
  });
});

describe('what is no quick hit', () => {
  it('a key that is none rejects or throws', async () => {
    const { cache } = await filled();
    for (const key of ['', '\ud800', 42 as never, undefined as never]) {
      await expect(cache.get(key)).rejects.toThrow(CasKeyError);
      await expect(cache.getOrLoad(key, never)).rejects.toThrow(CasKeyError);
      expect(() => cache.getSync(key)).toThrow(CasKeyError);
    }
  });

  it('options that are wrong reject, also where the key has an entry', async () => {
    const { cache } = await filled();
    await expect(cache.getOrLoad('42', never, { ttl: -1 })).rejects.toThrow(CasTtlError);
  });

  it('a read that a condition of the namespace leads past the cache loads', async () => {
    const { cache } = await filled({ when: (key) => key !== '43' });
    await cache.setWithGen('43', 'cached', await cache.snapshotGen('43'));
    for (const options of [{}, optionsOfMethod({}), optionsOfMethod({ ttl: '1m' as const })]) {
      for (let n = 0; n < 3; n++) {
        expect(await cache.getOrLoad('43', () => 'loaded', options)).toBe('loaded');
        expect(await cache.getOrLoad('43', () => 'loaded')).toBe('loaded');
      }
    }
  });

  it('a method of two caches reads as each of them has it', async () => {
    const options = optionsOfMethod({ ttl: '1m' as const });
    const one = await filled();
    const other = await filled({ when: () => false });
    await other.cache.setWithGen('42', 'cached', await other.cache.snapshotGen('42'));
    for (let n = 0; n < 3; n++) {
      expect(await one.cache.getOrLoad('42', never, options)).toEqual(VALUE);
      expect(await other.cache.getOrLoad('42', () => 'loaded', options)).toBe('loaded');
    }
  });

  it('a signal that was aborted rejects', async () => {
    const { cache } = await filled();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(cache.getOrLoad('42', never, { signal })).rejects.toThrow('gone');
  });

  it('a cache that is closed or disabled misses', async () => {
    const { cache } = await filled();
    await cache.get('42');
    await cache.close();
    expect(await cache.get('42')).toBeUndefined();
    expect(cache.getSync('42')).toBeUndefined();
    expect(cache.stats().misses.disabled).toBe(2);
    const disabled = new Embedded({ enabled: false });
    expect(await disabled.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(disabled.cache.stats()).toMatchObject({ hits: 0, misses: { disabled: 1 } });
  });

  it('a transaction misses what it has written, and hits the rest', async () => {
    const { cache } = await filled();
    await cache.getOrLoad('43', () => VALUE);
    await runInCasTransaction(async () => {
      expect(await cache.get('42')).toEqual(VALUE);
      await cache.invalidate('42');
      expect(await cache.get('42')).toBeUndefined();
      expect(cache.getSync('42')).toBeUndefined();
      expect(await cache.get('43')).toEqual(VALUE);
    });
    expect(cache.stats().misses['written-here']).toBe(2);
  });

  it('a writer with an intent has the key to itself', async () => {
    const { cache } = await filled({ intents: true });
    await cache.withWriteIntent('42', async () => {
      await Promise.resolve();
      expect(cache.getSync('42')).toBeUndefined();
    });
    const outside = jest.fn(() => cache.get('42'));
    const write = cache.withWriteIntent('42', async () => new Promise<void>((resolve) => setImmediate(resolve)));
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(await outside()).toBeUndefined();
    await write;
  });

  it('an entry past its soft ttl is served and loaded anew', async () => {
    const stores = await filled({ fresh: '1m', ttl: '1h' });
    expect(await stores.cache.get('42')).toEqual(VALUE);
    expect(stores.cache.getSync('42')).toEqual(VALUE);
    expect(stores.cache.stats()).toMatchObject({ hits: 2 });
  });

  it('what cannot be copied any more is healed, and loaded', async () => {
    class Chest {
      #lid = 'closed';
      get lid(): string {
        return this.#lid;
      }
    }
    let isBroken = false;
    const encode = ({ lid }: Chest): unknown => {
      if (isBroken) throw new Error('It cannot be copied.');
      return lid;
    };
    const stores = await filled({ types: { chest: { class: Chest, encode, decode: () => new Chest() } } }, new Chest());
    expect(await stores.cache.get('42')).toBeInstanceOf(Chest);
    isBroken = true;
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.events.reasons()).toEqual(['undecodable']);
    expect(stores.cache.getSync('42')).toBeUndefined();
    expect(stores.cache.stats().misses).toMatchObject({ undecodable: 1, absent: 2 });
  });
});
