import { describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { settled } from '../../../support/core/manual-timers.js';
import { TAGGED } from '../../../support/core/tagged.js';
import { NEAR, WITH_BYTES } from '../../../support/core/topologies.js';

describe.each(TAGGED)('a row that others share: $name', ({ make }) => {
  it('carries its own tags and those of all who share it', async () => {
    const { cache } = make();
    for (const ending of ['own', 'first', 'joined']) {
      const answer = new Deferred<Map<string, unknown>>();
      const many = cache.getOrLoadMany(['42'], () => answer.promise, {
        tags: 'first',
        tagsOf: () => ['another', 'own'],
      });
      await settled();
      const one = cache.getOrLoad('42', () => 'of its own', { tags: 'joined' });
      await settled();
      answer.resolve(new Map([['42', 'row']]));
      expect(await Promise.all([many, one])).toEqual([new Map([['42', 'row']]), 'row']);
      expect(await cache.get('42')).toBe('row');
      await cache.invalidateTags(ending);
      expect(await cache.get('42')).toBeUndefined();
    }
  });

  it('is none, and an error of the call, with more than 64 tags', async () => {
    const { cache } = make();
    const tagsOf = (): string[] => Array.from({ length: 64 }, (_, n) => `tag ${n}`);
    const load = (): Map<string, unknown> => new Map([['42', 'row']]);
    await expect(cache.getOrLoadMany(['42'], load, { tags: 'one more', tagsOf })).rejects.toThrow('65 tags');
    expect(await cache.get('42')).toBeUndefined();
    await cache.getOrLoadMany(['42'], load, { tagsOf });
    expect(await cache.get('42')).toBe('row');
  });
});

describe.each(WITH_BYTES)('a load that is being stored: $name', ({ rig }) => {
  it('is not shared by a caller with another tag, which it could not carry any more', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    stores.failWrites('hang');
    const first = cache.getOrLoad('42', () => 'v', { tags: 'a' });
    await settled();
    let loads = 0;
    const load = (): string => `load ${++loads}`;
    const alike = cache.getOrLoad('42', load, { tags: 'a' });
    await settled();
    expect(loads).toBe(0);
    const other = cache.getOrLoad('42', load, { tags: 'b' });
    await settled();
    expect(loads).toBe(1);
    stores.mend();
    stores.release();
    expect(await Promise.all([first, alike, other])).toEqual(['v', 'v', 'load 1']);
    await cache.invalidateTags('b');
    expect(await cache.get('42')).not.toBe('load 1');
  });
});

describe('a load without a clock', () => {
  it('is not shared by a caller that came after it', async () => {
    const stores = NEAR.rig({ tags: true });
    const { cache } = stores;
    const answer = new Deferred<string>();
    stores.generations.tags.script.fail('*', 'reject', new CasUnavailableError('The server is down.'));
    const first = cache.getOrLoad('42', () => answer.promise, { tags: 'a' });
    await settled();
    stores.mend();
    await cache.invalidateTags('a');
    const second = cache.getOrLoad('42', () => 'new', { tags: 'a' });
    await settled();
    answer.resolve('old');
    expect(await Promise.all([first, second])).toEqual(['old', 'new']);
  });
});
