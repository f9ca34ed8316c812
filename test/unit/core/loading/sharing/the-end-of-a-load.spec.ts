import { AsyncLocalStorage } from 'node:async_hooks';

import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { Load } from '../../../../../lib/core/loading/load.js';
import type { LoadOwner } from '../../../../../lib/core/loading/load.js';
import { MEMORY } from '../../../../support/core/topologies.js';

const OWNER: LoadOwner<string> = { copy: (value) => value, mayBeShared: () => true, forget: () => undefined };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the end of a load', () => {
  it('is told to those that ask for it later, too: a failure is none of a load without values', async () => {
    const [failed, done] = [new Load(OWNER, new Map([['42', 1]])), new Load(OWNER, new Map([['42', 1]]))];
    failed.fail(new Error('no answer'));
    done.succeed(new Map([['42', 'v']]));
    await expect(failed.ended).rejects.toThrow('no answer');
    await done.ended;
    expect(done.take('42', false)).toBe('v');
  });

  it.each([
    ['that answered', () => 'v'],
    ['that failed', () => Promise.reject(new Error('no answer'))],
  ])('leaves nothing switched on that makes every promise of the process dearer: one %s', async (_, load) => {
    const { cache } = MEMORY.rig();
    const off = jest.spyOn(AsyncLocalStorage.prototype, 'disable');
    // Inside of each other: the outer one is the last that is left.
    const outer = cache.getOrLoad('a', async () => {
      await cache.getOrLoad('b', load).catch(() => undefined);
      expect(off).not.toHaveBeenCalled();
      return load();
    });
    await outer.catch(() => undefined);
    expect(off).toHaveBeenCalledTimes(1);
  });
});
