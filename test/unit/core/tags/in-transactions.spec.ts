import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../lib/core/request/cas-request.js';
import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { TAGGED } from '../../../support/core/tagged.js';
import { TOPOLOGIES } from '../../../support/core/topologies.js';

describe.each(TAGGED)('tags that are invalidated in a transaction: $name', ({ make }) => {
  it('act when it has ended, and inside at once', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    await cache.getOrLoad('43', () => 'kept', { tags: 'b' });
    await runInCasTransaction(async () => {
      await cache.invalidateTags('a');
      expect(await cache.get('42')).toBeUndefined();
      expect(await cache.get('43')).toBe('kept');
      expect(cache.stats().tagInvalidations).toBe(0);
    });
    expect(cache.stats().tagInvalidations).toBe(1);
    expect(await cache.get('42')).toBeUndefined();
    expect(cache.stats().misses['written-here']).toBe(1);
  });

  it('concern every entry that carries one of them, and what a request remembers', async () => {
    const { cache } = make({ consistency: 'request' });
    await cache.getOrLoad('42', () => 'old', { tags: ['other', 'a'] });
    await runInCasRequest(async () => {
      expect(await cache.getOrLoad('42', () => 'not loaded')).toBe('old');
      await runInCasTransaction(async () => {
        expect(await cache.getOrLoad('42', () => 'not loaded')).toBe('old');
        await cache.invalidateTags(['b', 'a']);
        expect(await cache.get('42')).toBeUndefined();
        expect(await cache.getOrLoad('42', () => 'of the transaction')).toBe('of the transaction');
      });
      expect(await cache.getOrLoad('42', () => 'new')).toBe('new');
    });
  });

  it('act when it was rolled back', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    const failing = runInCasTransaction(async () => {
      await cache.invalidateTags(['a', 'b']);
      await runInCasTransaction(() => cache.invalidateTags('c'));
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(cache.stats().tagInvalidations).toBe(3);
    expect(await cache.get('42')).toBeUndefined();
  });

  it('are one with the keys that are invalidated there, and all of it after a clear', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    await runInCasTransaction(async () => {
      await cache.invalidateTags('a');
      await cache.invalidate('43');
      await cache.clear();
    });
    const { clears, invalidations, tagInvalidations } = cache.stats();
    expect([clears, invalidations, tagInvalidations]).toEqual([1, 0, 0]);
    expect(await cache.get('42')).toBeUndefined();
  });
});

describe.each(TOPOLOGIES)('what a request remembers of entries with tags: $name', ({ rig }) => {
  it('is served without another look, of one key and of many', async () => {
    const stores = rig({ tags: true, consistency: 'request' });
    const { cache, log } = stores;
    const load = (keys: string[]): Map<string, unknown> => new Map(keys.map((key) => [key, key]));
    await cache.getOrLoadMany(['1', '2'], load, { tags: 'a' });
    await cache.getOrLoad('3', () => '3', { tags: 'a' });
    const read = async (): Promise<unknown> => [
      await cache.getOrLoadMany(['1', '2'], load),
      await cache.getOrLoad('3', String),
    ];
    await runInCasRequest(async () => {
      const found = await read();
      log.forget();
      expect(await read()).toEqual(found);
      expect(log.steps()).toEqual([]);
      await cache.invalidateTags('a');
      log.forget();
      await read();
      expect(log.steps().length).toBeGreaterThan(0);
    });
  });
});
