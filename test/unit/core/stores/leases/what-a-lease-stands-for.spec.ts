import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Announced } from '../../../../../lib/contracts/read-leases.js';
import { encodeStamped } from '../../../../../lib/wire/stamped-frame.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { HandLeases, leased } from '../../../../support/core/hand-leases.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { text } from '../../../../support/core/text-codec.js';
import { NEAR, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

describe.each([NEAR, TIERED_ATOMIC])('a read lease, $name', (topology) => {
  let leases: HandLeases;
  let rig: Rig;

  beforeEach(() => {
    leases = new HandLeases();
    rig = leased(topology, leases);
    rig.seed('a', 'v1');
  });

  /** From now on the tier in process has what it was told to drop. */
  function keepDropped(): void {
    (rig.near ?? rig.entries).script.fail('deleteMany', 'reject');
  }

  /** From now on what the store of generations answers is on its way until the end of the hold. */
  function holdAnswers(): () => void {
    const { generations } = rig;
    const hold = new Deferred();
    const current = generations.current.bind(generations);
    generations.current = async (key) => {
      const reading = await current(key);
      await hold.promise;
      return reading;
    };
    return () => hold.resolve();
  }

  it('stands for an entry that a question has proven, and not before', async () => {
    expect(rig.cache.getSync('a')).toBeUndefined();
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBe('v1');
    expect(rig.cache.stats().readLeases?.hits).toBe(1);
  });

  it('stands for nothing while none is held, in another epoch, or too long after the question', async () => {
    await rig.cache.get('a');
    leases.holds = false;
    expect(rig.cache.getSync('a')).toBeUndefined();
    leases.holds = true;
    leases.time = 10_001;
    expect(rig.cache.getSync('a')).toBeUndefined();
    leases.time = 10_000;
    expect(rig.cache.getSync('a')).toBe('v1');
    leases.epoch++;
    expect(rig.cache.getSync('a')).toBeUndefined();
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBe('v1');
  });

  it.each<[string, Announced]>([
    ['its key', ['b', 'a']],
    ['everything', 'all'],
  ])('stands for nothing that was announced: %s', async (_, what) => {
    await rig.cache.get('a');
    leases.user?.heard(['b']);
    expect(rig.cache.getSync('a')).toBe('v1');
    leases.user?.heard(what);
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('keeps nothing in process of keys that were announced', async () => {
    await rig.cache.get('a');
    leases.user?.heard(['a']);
    await settled();
    expect((rig.near ?? rig.entries).held.has(rig.at('a'))).toBe(false);
  });

  it.each<[string, Announced]>([
    ['its key', ['a']],
    ['everything', 'all'],
  ])('a question that was on its way when it was announced proves nothing: %s', async (_, what) => {
    keepDropped();
    const end = holdAnswers();
    const answer = rig.cache.get('a');
    await settled();
    leases.user?.heard(what);
    end();
    await answer;
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('nor does one that was on its way when this process itself invalidated', async () => {
    keepDropped();
    const end = holdAnswers();
    const answer = rig.cache.get('a');
    await settled();
    await rig.cache.invalidate('a');
    end();
    await answer;
    expect(rig.cache.stats().pendingInvalidations.keys).toBe(0);
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('a question of an earlier epoch proves nothing', async () => {
    const answer = rig.cache.get('a');
    leases.epoch++;
    await answer;
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('a fill proves nothing: the first hit asks', async () => {
    await rig.cache.getOrLoad('b', () => 'v');
    expect(rig.cache.getSync('b')).toBeUndefined();
    await rig.cache.get('b');
    expect(rig.cache.getSync('b')).toBe('v');
  });

  it('what one cache has proven, another over the same entries has not', async () => {
    await rig.cache.get('a');
    const other = rig.another({ readLease: true });
    expect(other.getSync('a')).toBeUndefined();
    await other.get('a');
    expect(other.getSync('a')).toBe('v1');
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('serves nothing whose invalidation is owed here', async () => {
    await rig.cache.get('a');
    leases.tell = () => Promise.reject(new Error('not told'));
    await expect(rig.cache.invalidate('a')).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
    rig.seed('a', 'v2');
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBeUndefined();
  });

  it('serves nothing whose generation could not be ended, as long as that is owed', async () => {
    await rig.cache.get('a');
    keepDropped();
    rig.loseGenerationStore('reject');
    await expect(rig.cache.invalidate('a')).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBeUndefined();
    expect(leases.announced).toEqual([]);
  });

  it('an invalidation is told after the generation has ended, and resolves when the wait has', async () => {
    const before = rig.generations.cells.get(rig.at('a'));
    let seen: unknown;
    let end = (): void => undefined;
    leases.tell = async () => {
      seen = rig.generations.cells.get(rig.at('a'));
      return () => new Promise((resolve) => (end = resolve));
    };
    let resolved = false;
    const invalidated = rig.cache.invalidate('a').then(() => (resolved = true));
    await settled();
    expect(seen).not.toBe(before);
    expect(leases.announced).toEqual([['a']]);
    // It takes longer than an operation may.
    rig.timers.advance(1_000);
    await settled();
    expect(resolved).toBe(false);
    end();
    await invalidated;
  });

  it('a write under an intent begins when everybody knows, and is announced at its end only if its token was lost', async () => {
    await rig.cache.withWriteIntent('a', () => {
      expect(leases.announced).toEqual([['a']]);
    });
    expect(leases.announced).toEqual([['a']]);
    await rig.cache.withWriteIntent('a', () => rig.generations.intents.writers.clear());
    expect(leases.announced).toEqual([['a'], ['a'], ['a']]);
  });

  it('a write under an intent does not begin where it cannot be told', async () => {
    leases.tell = () => Promise.reject(new Error('not told'));
    let begun = false;
    const writing = rig.cache.withWriteIntent('a', () => (begun = true));
    await expect(writing).rejects.toMatchObject({ code: 'CAS_INTENT_UNAVAILABLE' });
    expect(begun).toBe(false);
  });

  it('one that begins all the same is told at its end', async () => {
    let fails = true;
    const { tell } = leases;
    leases.tell = () => (fails ? Promise.reject(new Error('not told')) : tell());
    await rig.cache.withWriteIntent('a', () => void (fails = false), { onUnavailable: 'proceed' });
    expect(leases.announced).toEqual([['a'], ['a']]);
  });

  it('a clear, an erasure, a retry and a disabled cache tell too', async () => {
    await rig.cache.clear();
    expect(leases.announced.splice(0)).toEqual(['all']);
    await rig.another({ readLease: 'honour', enabled: false }).invalidate('a');
    expect(leases.announced.splice(0)).toEqual([['a']]);
    let fails = true;
    const { tell } = leases;
    leases.tell = () => (fails ? Promise.reject(new Error('not told')) : tell());
    await expect(rig.cache.invalidate('a')).rejects.toThrow();
    fails = false;
    rig.timers.advance(50);
    await settled();
    expect(leases.announced).toEqual([['a'], ['a']]);
    expect(rig.cache.stats().pendingInvalidations.keys).toBe(0);
  });
});

describe('a read lease of two tiers', () => {
  it('stands for no entry that is due to be loaded anew: the tier behind may have a newer one', async () => {
    const rig = leased(TIERED_ATOMIC, new HandLeases(), { fresh: '1m' });
    await rig.cache.getOrLoad('a', () => 'v1');
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBe('v1');
    rig.timers.advance(61_000);
    const generation = rig.generations.cells.get(rig.at('a')) as number;
    const stamp = { storedAt: rig.timers.wall(), freshMs: 60_000 };
    const entry = encodeStamped(generation, stamp, text('v2'));
    rig.entries.held.set(rig.at('a'), { entry, ttlMs: 1, cost: undefined });
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBe('v2');
  });
});
