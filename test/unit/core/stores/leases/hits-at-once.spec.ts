import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from '@jest/globals';

import { CasKeyError } from '../../../../../lib/errors.js';
import { optionsOfMethod } from '../../../../../lib/core/loading/read-settings.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { HandLeases, leased } from '../../../../support/core/hand-leases.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { NEAR, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

const VALUE = { name: 'Ada', roles: ['admin'] };
const never = (): never => {
  throw new Error('A hit has loaded.');
};

describe.each([NEAR, TIERED_ATOMIC])('hits under a read lease, $name', (topology) => {
  /** A cache whose lease stands for an entry, with everything forgotten that led to it. */
  async function proven(options: RigOptions = {}, value: unknown = VALUE): Promise<{ rig: Rig; leases: HandLeases }> {
    const leases = new HandLeases();
    const rig = leased(topology, leases, options);
    await rig.cache.getOrLoad('42', () => value);
    await rig.cache.get('42');
    await settled();
    rig.log.forget();
    rig.events.forget();
    return { rig, leases };
  }

  /** What was asked beyond this process. */
  const asked = (rig: Rig): string[] => rig.log.steps().filter((step) => /^(atomic|generations)/.test(step));

  describe.each(['copy', 'frozen', 'reference'] as const)("isolation '%s'", (isolation) => {
    it('are the value, by every way to ask for it, without a question', async () => {
      const { rig } = await proven({ isolation });
      const before = rig.cache.stats();
      for (let n = 0; n < 3; n++) {
        expect(await rig.cache.get('42')).toEqual(VALUE);
        expect(rig.cache.getSync('42')).toEqual(VALUE);
        expect(await rig.cache.getOrLoad('42', never)).toEqual(VALUE);
        expect(await rig.cache.getOrLoad('42', never, { ttl: '1m' })).toEqual(VALUE);
        expect((await rig.cache.getBulk(['42'])).values.get('42')).toEqual(VALUE);
      }
      expect(asked(rig)).toEqual([]);
      const { hits, readLeases } = rig.cache.stats();
      expect(hits - before.hits).toBe(15);
      expect((readLeases?.hits ?? 0) - (before.readLeases?.hits ?? 0)).toBe(15);
    });

    it('are shared by their callers, or private to each, as the isolation says', async () => {
      const { cache } = (await proven({ isolation })).rig;
      const hits = await Promise.all([
        cache.get('42'),
        cache.get('42'),
        cache.getOrLoad('42', never),
        cache.getSync('42'),
      ]);
      expect(new Set(hits).size).toBe(isolation === 'copy' ? 4 : 1);
      expect(hits.every((hit) => Object.isFrozen(hit))).toBe(isolation === 'frozen');
    });

    it('are of the value that was filled last', async () => {
      const { cache } = (await proven({ isolation })).rig;
      await cache.get('42');
      await cache.setWithGen('42', { name: 'Alan' }, await cache.snapshotGen('42'));
      for (let n = 0; n < 3; n++) expect(await cache.get('42')).toEqual({ name: 'Alan' });
      await cache.invalidate('42');
      expect(await cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
      for (let n = 0; n < 3; n++) expect(await cache.get('42')).toBe('loaded');
    });
  });

  it('are told to hooks in the context of their callers', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const hook = { events: ['hit'] as const, onEvent: () => void seen.push(context.getStore()) };
    const { rig } = await proven({ hooks: [hook] });
    seen.length = 0;
    for (const caller of ['a', 'b']) await context.run(caller, () => rig.cache.get('42'));
    expect(seen).toEqual(['a', 'b']);
  });

  it('are none of a key that a condition leads past the cache, and none for a caller that gave up', async () => {
    const { cache } = (await proven({ when: (key) => key !== '42' })).rig;
    // What was loaded past the cache was not stored.
    await cache.setWithGen('42', 'cached', await cache.snapshotGen('42'));
    for (let n = 0; n < 2; n++) expect(await cache.get('42')).toBe('cached');
    expect(cache.getSync('42')).toBe('cached');
    for (const options of [{}, optionsOfMethod({}), optionsOfMethod({ ttl: '1m' as const })]) {
      for (let n = 0; n < 2; n++) expect(await cache.getOrLoad('42', () => 'loaded', options)).toBe('loaded');
    }
    expect(await cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(cache.getOrLoad('42', never, { signal })).rejects.toThrow('gone');
  });

  it('are none of a key that is none, though it reads like one that has an entry', async () => {
    const { cache } = (await proven()).rig;
    expect(cache.getSync('42')).toEqual(VALUE);
    for (const key of [42, ['42'], { toString: () => '42' }] as unknown[] as string[]) {
      await expect(cache.get(key)).rejects.toThrow(CasKeyError);
      await expect(cache.getOrLoad(key, never)).rejects.toThrow(CasKeyError);
      expect(() => cache.getSync(key)).toThrow(CasKeyError);
    }
  });

  it('are none of a cache that is closed', async () => {
    const { cache } = (await proven()).rig;
    await cache.close();
    expect(await cache.get('42')).toBeUndefined();
    expect(cache.getSync('42')).toBeUndefined();
    expect(cache.stats().misses.disabled).toBe(1);
  });

  it('are none of what a transaction has written, and go on for the rest', async () => {
    const { rig } = await proven();
    await rig.cache.getOrLoad('43', () => 'other');
    await rig.cache.get('43');
    await runInCasTransaction(async () => {
      await rig.cache.invalidate('42');
      expect(rig.cache.getSync('42')).toBeUndefined();
      expect(await rig.cache.get('42')).toBeUndefined();
      rig.log.forget();
      expect(rig.cache.getSync('43')).toBe('other');
      expect(await rig.cache.get('43')).toBe('other');
      expect(await rig.cache.getOrLoad('43', never)).toBe('other');
      expect(asked(rig)).toEqual([]);
    });
  });

  it('go past the stores with all else while the breaker is open', async () => {
    const { rig } = await proven();
    rig.loseGenerationStore('reject');
    rig.failReads('reject');
    for (let n = 0; n < 5; n++) await rig.cache.get('43');
    expect(rig.cache.stats().breakerOpen).toBe(true);
    expect(rig.cache.getSync('42')).toBeUndefined();
    expect(await rig.cache.get('42')).toBeUndefined();
    rig.mend();
    rig.timers.advance(100);
    await settled();
    expect(rig.cache.getSync('42')).toEqual(VALUE);
  });

  it('past a soft ttl are served, and loaded anew by a read that loads', async () => {
    const { rig } = await proven({ fresh: '1m', ttl: '1h' });
    expect(rig.cache.getSync('42')).toEqual(VALUE);
    rig.timers.advance(61_000);
    expect(await rig.cache.get('42')).toEqual(VALUE);
    expect(await rig.cache.getOrLoad('42', () => 'newer')).toEqual(VALUE);
    await settled();
    expect(await rig.cache.get('42')).toBe('newer');
  });

  it.each(['get', 'getSync'] as const)(
    'are none of what cannot be copied any more, which is healed: %s',
    async (way) => {
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
      const types = { chest: { class: Chest, encode, decode: () => new Chest() } };
      const { rig } = await proven({ types }, new Chest());
      expect(rig.cache.getSync('42')).toBeInstanceOf(Chest);
      isBroken = true;
      const found = await rig.cache[way]('42');
      // The tier behind has it as bytes.
      if (way === 'get' && rig.near !== undefined) expect(found).toBeInstanceOf(Chest);
      else expect(found).toBeUndefined();
      expect(rig.cache.stats().heals.undecodable).toBe(1);
    },
  );

  it.each(['throw', 'reject', 'hang'] as const)(
    'ask as ever where the tier in process does not answer: %s',
    async (how) => {
      const { rig } = await proven();
      const held = rig.near ?? rig.entries;
      held.script.fail('get', how);
      expect(rig.cache.getSync('42')).toBeUndefined();
      const read = rig.cache.get('42');
      await settled();
      rig.timers.advance(10_000);
      expect(await read).toEqual(how !== 'hang' && rig.near !== undefined ? VALUE : undefined);
      held.script.mend();
      expect(rig.cache.getSync('42')).toEqual(VALUE);
    },
  );
});
