import { describe, expect, it } from '@jest/globals';

import { CasLoadTimeoutError } from '../../../../../lib/errors.js';
import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

describe.each([MEMORY, ATOMIC])('loadTimeout: $name', ({ rig }) => {
  it('a load that takes longer fails for all, its signal aborts, and what it still returns is dropped', async () => {
    const { cache, timers, entries } = rig();
    const gate = new Deferred<string>();
    // Handed to the source when the load begins.
    let source: AbortSignal | undefined;
    const load = (told: LoadContext): Promise<string> => {
      source = told.signal;
      return gate.promise;
    };
    const calls = [1, 2].map(() => cache.getOrLoad('42', load, { loadTimeout: '1s' }));
    const ends = Promise.allSettled(calls);
    await settled();
    expect(source?.aborted).toBe(false);
    timers.advance(1_000);
    const late = { status: 'rejected', reason: expect.any(CasLoadTimeoutError) };
    expect(await ends).toEqual([late, late]);
    expect(source).toMatchObject({ aborted: true, reason: expect.any(CasLoadTimeoutError) });
    expect(runningLoads(cache)).toBe(0);

    gate.resolve('late');
    await settled();
    expect(entries.held.size).toBe(0);
    expect(cache.stats().loads).toEqual({ run: 1, shared: 1, failed: 1 });
  });

  it('one that is in time leaves no timer behind', async () => {
    const { cache, timers } = rig();
    expect(await cache.getOrLoad('warm', () => 1)).toBe(1);
    const before = timers.waiting;
    expect(await cache.getOrLoad('42', () => settled().then(() => 1), { loadTimeout: '1s' })).toBe(1);
    expect(timers.waiting).toBe(before);
  });
});
