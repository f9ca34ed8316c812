import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { TAGGED } from '../../../support/core/tagged.js';

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
