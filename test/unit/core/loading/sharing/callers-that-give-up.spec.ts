import { describe, expect, it } from '@jest/globals';

import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

describe.each([MEMORY, ATOMIC])('a caller that gives up by its signal: $name', ({ rig }) => {
  it('does not cancel the others', async () => {
    const { cache } = rig();
    const gate = new Deferred<string>();
    // Handed to the source when the load begins.
    let source: AbortSignal | undefined;
    const load = (told: LoadContext): Promise<string> => {
      source = told.signal;
      return gate.promise;
    };
    const [one, other] = [new AbortController(), new AbortController()];
    const gaveUp = cache.getOrLoad('42', load, { signal: one.signal });
    await settled();
    const patient = [cache.getOrLoad('42', load), cache.getOrLoad('42', load, { signal: other.signal })];
    await settled();
    one.abort(new Error('enough'));
    await expect(gaveUp).rejects.toThrow('enough');
    expect(source?.aborted).toBe(false);
    gate.resolve('loaded');
    expect(await Promise.all(patient)).toEqual(['loaded', 'loaded']);
    expect(await cache.get('42')).toBe('loaded');
  });

  it("when all have given up, the load's own signal aborts, with the last one's reason, and nothing is stored", async () => {
    const { cache, entries } = rig();
    const gate = new Deferred<string>();
    // Handed to the source when the load begins.
    let source: AbortSignal | undefined;
    const load = (told: LoadContext): Promise<string> => {
      source = told.signal;
      return gate.promise;
    };
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => cache.getOrLoad('42', load, { signal }));
    const ends = Promise.allSettled(calls);
    await settled();
    for (const [i, caller] of callers.entries()) {
      caller.abort(new Error(`reason ${i}`));
      await settled();
    }
    expect(await ends).toMatchObject([{ reason: { message: 'reason 0' } }, { reason: { message: 'reason 1' } }]);
    expect(source).toMatchObject({ aborted: true, reason: { message: 'reason 1' } });

    expect(await cache.getOrLoad('42', () => 'anew')).toBe('anew');
    gate.resolve('late');
    await settled();
    expect(await cache.get('42')).toBe('anew');
    expect(entries.held.size).toBe(1);
  });

  it('a caller that has given up before asks and loads nothing', async () => {
    const stores = rig();
    const signal = AbortSignal.abort(new Error('too late'));
    const load = (): never => {
      throw new Error('it was loaded');
    };
    await expect(stores.cache.getOrLoad('42', load, { signal })).rejects.toThrow('too late');
    await expect(stores.cache.getOrLoadMany(['42'], load, { signal })).rejects.toThrow('too late');
    expect(stores.log.steps()).toEqual([]);
  });

  it('leaves no listener on its signal', async () => {
    const { cache } = rig();
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await cache.getOrLoad('42', () => settled().then(() => 1), { signal });
    expect(listeners).toBe(0);
  });
});
