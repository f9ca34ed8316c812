import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { CasConfigError, CasLoadTimeoutError, CasTooManyLoadsError } from '../../../../../lib/errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

/** A source that answers when it is told to. */
class Source {
  /** The keys whose loaders were called, in that order. */
  readonly asked: string[] = [];
  private readonly answers = new Map<string, Deferred<string>>();

  load(key: string): () => Promise<string> {
    return () => {
      this.asked.push(key);
      const answer = new Deferred<string>();
      this.answers.set(key, answer);
      return answer.promise;
    };
  }

  async answer(key: string): Promise<void> {
    this.answers.get(key)?.resolve(`row ${key}`);
    await settled();
  }

  async fail(key: string): Promise<void> {
    this.answers.get(key)?.reject(new Error('down'));
    await settled();
  }
}

describe.each([MEMORY, ATOMIC])('maxLoads: $name', ({ rig }) => {
  const read = ({ cache }: Rig, source: Source, key: string, options = {}): Promise<unknown> =>
    cache.getOrLoad(key, source.load(key), options);

  it('so many loaders run at once, and the others in the order in which they came', async () => {
    const [stores, source] = [rig({ maxLoads: 2 }), new Source()];
    const calls = ['a', 'b', 'c', 'd'].map((key) => read(stores, source, key));
    await settled();
    expect(source.asked).toEqual(['a', 'b']);
    await source.answer('b');
    expect(source.asked).toEqual(['a', 'b', 'c']);
    await source.fail('a');
    expect(source.asked).toEqual(['a', 'b', 'c', 'd']);
    await source.answer('c');
    await source.answer('d');
    expect(await Promise.allSettled(calls)).toMatchObject([
      { status: 'rejected' },
      { value: 'row b' },
      { value: 'row c' },
      { value: 'row d' },
    ]);
    expect(runningLoads(stores.cache)).toBe(0);
  });

  it('hits, and callers who share a load, are not held back', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    await stores.cache.getOrLoad('hit', () => 'kept');
    const both = [read(stores, source, 'a'), read(stores, source, 'a')];
    await settled();
    expect(await read(stores, source, 'hit')).toBe('kept');
    await source.answer('a');
    expect(await Promise.all(both)).toEqual(['row a', 'row a']);
    expect(source.asked).toEqual(['a']);
  });

  it('a load that waits longer than its loadTimeout is refused, and its loader never called', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    const first = read(stores, source, 'a');
    await settled();
    const second = read(stores, source, 'b', { loadTimeout: '1s' });
    const refused = expect(second).rejects.toThrow(CasTooManyLoadsError);
    await settled();
    stores.timers.advance(1_000);
    await refused;
    await expect(second).rejects.toMatchObject({ code: 'CAS_TOO_MANY_LOADS', key: 'b', namespace: 'user' });
    await source.answer('a');
    expect(await first).toBe('row a');
    expect(source.asked).toEqual(['a']);
    expect(runningLoads(stores.cache)).toBe(0);
  });

  it('loadTimeout bounds the wait and the load together', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    const first = read(stores, source, 'a');
    await settled();
    const second = read(stores, source, 'b', { loadTimeout: '1s' });
    const late = expect(second).rejects.toThrow(CasLoadTimeoutError);
    await settled();
    stores.timers.advance(600);
    await source.answer('a');
    expect(source.asked).toEqual(['a', 'b']);
    stores.timers.advance(400);
    await late;
    expect(await first).toBe('row a');
  });

  it('a caller who gives up does not wait, and a loader that hangs stops nothing once it was given up', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    const [hangs, waits] = [new AbortController(), new AbortController()];
    const first = read(stores, source, 'a', { signal: hangs.signal });
    await settled();
    const second = read(stores, source, 'b', { signal: waits.signal });
    const third = read(stores, source, 'c');
    const ends = Promise.allSettled([first, second]);
    await settled();
    waits.abort(new Error('second'));
    hangs.abort(new Error('first'));
    expect(await ends).toMatchObject([{ reason: { message: 'first' } }, { reason: { message: 'second' } }]);
    await settled();
    expect(source.asked).toEqual(['a', 'c']);
    await source.answer('c');
    expect(await third).toBe('row c');
    expect(runningLoads(stores.cache)).toBe(0);
  });

  it('what a load waits for is never held back, whoever has begun it', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    const { cache } = stores;
    const gate = new Deferred();
    const outer = cache.getOrLoad('outer', async () => {
      await gate.promise;
      const parts = await Promise.all(['b', 'c'].map((key) => read(stores, source, key)));
      return parts.join();
    });
    await settled();
    const waiting = read(stores, source, 'b');
    await settled();
    expect(source.asked).toEqual([]);
    gate.resolve();
    await settled();
    expect(source.asked.toSorted()).toEqual(['b', 'c']);
    await source.answer('b');
    await source.answer('c');
    expect(await outer).toBe('row b,row c');
    expect(await waiting).toBe('row b');
  });

  it('a load inside a transaction is not held back: others may wait for what the transaction holds', async () => {
    const [stores, source] = [rig({ maxLoads: 1 }), new Source()];
    const first = read(stores, source, 'a');
    await settled();
    const inside = runInCasTransaction(() => read(stores, source, 'b'));
    await settled();
    expect(source.asked).toEqual(['a', 'b']);
    await source.answer('b');
    await source.answer('a');
    expect(await Promise.all([first, inside])).toEqual(['row a', 'row b']);
  });

  it('loads of many keys count as one each', async () => {
    const { cache } = rig({ maxLoads: 1 });
    const gate = new Deferred();
    const asked: string[][] = [];
    const load = async (keys: string[]): Promise<Map<string, string>> => {
      asked.push(keys);
      await gate.promise;
      return new Map(keys.map((key) => [key, key]));
    };
    const calls = [cache.getOrLoadMany(['a', 'b'], load), cache.getOrLoadMany(['c', 'd'], load)];
    await settled();
    expect(asked).toEqual([['a', 'b']]);
    gate.resolve();
    await Promise.all(calls);
    expect(asked).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('refuses a bound that is none', () => {
    expect(() => rig({ maxLoads: 0 })).toThrow(CasConfigError);
  });
});
