import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';

const DOWN = new CasUnavailableError('The server is down.');

describe.each(TOPOLOGIES)('an invalidation of tags that failed: $name', ({ rig }) => {
  it('throws with the cause for each tag, and is passed by until it has landed', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    await cache.getOrLoad('43', () => 'kept', { tags: 'c' });
    stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
    const failing = cache.invalidateTags(['a', 'b']);
    await expect(failing).rejects.toBeInstanceOf(CasInvalidateError);
    await expect(failing).rejects.toMatchObject({
      failures: new Map(),
      failedTags: new Map([
        ['a', DOWN],
        ['b', DOWN],
      ]),
    });
    await expect(failing).rejects.toThrow('2 tag(s) of namespace "user"');
    expect(cache.stats().pendingInvalidations).toMatchObject({ keys: 0, tags: 2 });
    expect(await cache.get('42')).toBeUndefined();
    expect(cache.stats().misses['invalidation-pending']).toBe(1);
    expect(await cache.get('43')).toBe('kept');
    // What is loaded meanwhile is not served either: elsewhere it would be as old as what failed to end.
    expect(await cache.getOrLoad('42', () => 'new', { tags: 'a' })).toBe('new');
    expect(await cache.get('42')).toBeUndefined();
    stores.mend();
    for (let passed = 0; passed < 1_000; passed += 50) {
      stores.timers.advance(50);
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    }
    expect(cache.stats().pendingInvalidations).toMatchObject({ keys: 0, tags: 0 });
    expect(await cache.getOrLoad('42', () => 'newer', { tags: 'a' })).toBe('newer');
    expect(await cache.get('42')).toBe('newer');
  });

  it('is told with the keys of a transaction', async () => {
    const stores = rig({ tags: true });
    stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
    const failing = runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      await stores.cache.invalidateTags('a');
    });
    await expect(failing).rejects.toMatchObject({ failures: new Map(), failedTags: new Map([['a', DOWN]]) });
  });

  it('is too late when the cache is closed', async () => {
    const { cache } = rig({ tags: true });
    await cache.close();
    await expect(cache.invalidateTags('a')).rejects.toBeInstanceOf(CasInvalidateError);
  });
});

describe.each(TOPOLOGIES)('a clock of tags that cannot be had: $name', ({ rig }) => {
  it('serves nothing and stores nothing; the source is asked', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    stores.generations.tags.script.fail('*', 'reject', DOWN);
    expect(await cache.get('42')).toBeUndefined();
    expect(await cache.getOrLoad('43', () => 'loaded')).toBe('loaded');
    expect(cache.stats().misses['tags-unproven']).toBe(1);
    expect(cache.stats().fills.unavailable).toBe(1);
    stores.mend();
    expect(await cache.get('42')).toBe('old');
    expect(await cache.get('43')).toBeUndefined();
  });

  it('is not waited for longer than the timeout', async () => {
    const stores = rig({ tags: true });
    if (stores.shape.generations === 'process') return;
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    stores.generations.tags.script.fail('*', 'hang');
    const reading = cache.get('42');
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    stores.timers.advance(300);
    expect(await reading).toBeUndefined();
  });
});

describe.each(TOPOLOGIES)('what is lost of tags: $name', ({ rig }) => {
  it.each(['clock', 'table'] as const)(
    'ends what was stamped by it, once something is invalidated: the %s',
    async (cell) => {
      const stores = rig({ tags: true });
      const { cache } = stores;
      const { tags } = stores.generations;
      await cache.getOrLoad('42', () => 'old', { tags: 'a' });
      tags[cell] = undefined;
      await cache.invalidateTags('a');
      expect(await cache.get('42')).toBeUndefined();
      expect(await cache.getOrLoad('42', () => 'new', { tags: 'a' })).toBe('new');
      expect(await cache.get('42')).toBe('new');
    },
  );

  it('ends what carries tags and is older than what was forgotten', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    const { tags } = stores.generations;
    await cache.getOrLoad('42', () => 'tagged', { tags: 'a' });
    await cache.getOrLoad('43', () => 'bare');
    tags.move(['b']);
    tags.prune();
    expect(await cache.get('42')).toBeUndefined();
    expect(await cache.get('43')).toBe('bare');
  });
});

describe('questions for what was invalidated', () => {
  it('are one for the readers of a tick, as far as its answer tells', async () => {
    const stores = NEAR.rig({ tags: true });
    const { cache } = stores;
    for (const key of ['1', '2', '3']) await cache.getOrLoad(key, () => key, { tags: 'a' });
    stores.generations.tags.move(['b']);
    stores.generations.tags.script.fail('catchUp', 'hang');
    const reading = Promise.all(['1', '2', '3'].map((key) => cache.get(key)));
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    stores.mend();
    stores.release();
    expect(await reading).toEqual(['1', '2', '3']);
    expect(stores.log.of('tags.catchUp')).toHaveLength(1);
  });
});
