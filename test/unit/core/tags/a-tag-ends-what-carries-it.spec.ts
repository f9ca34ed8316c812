import { describe, expect, it } from '@jest/globals';

import { TAGGED } from '../../../support/core/tagged.js';

describe.each(TAGGED)('an invalidated tag: $name', ({ name, make }) => {
  it('ends every entry that carries it, and no other', async () => {
    const { cache } = make();
    await cache.getOrLoad('list', () => 'old list', { tags: ['orders', 'tenant:7'] });
    await cache.getOrLoad('sum', () => 'old sum', { tags: 'orders' });
    await cache.getOrLoad('name', () => 'name', { tags: ['tenant:7'] });
    await cache.getOrLoad('bare', () => 'bare');
    await cache.invalidateTags('orders');
    expect(await cache.get('list')).toBeUndefined();
    expect(await cache.get('sum')).toBeUndefined();
    expect(await cache.get('name')).toBe('name');
    expect(await cache.get('bare')).toBe('bare');
    const { misses, heals, tagInvalidations } = cache.stats();
    expect([misses['tag-invalidated'], tagInvalidations]).toEqual([2, 1]);
    expect(heals['tag-invalidated']).toBe(name.includes('tiered') ? 4 : 2);
  });

  it('does not concern what is loaded after it', async () => {
    const { cache, events } = make();
    await cache.getOrLoad('list', () => 'old', { tags: 'orders' });
    await cache.invalidateTags(['orders', 'others', 'orders']);
    expect(await cache.getOrLoad('list', () => 'new', { tags: 'orders' })).toBe('new');
    expect(await cache.get('list')).toBe('new');
    expect(events.of('invalidate-tags')).toEqual([
      { type: 'invalidate-tags', namespace: 'user', tags: ['orders', 'others'] },
    ]);
  });

  it('is one that the loader alone knew, too', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', (ctx) => {
      ctx.tag('team:1', 'team:2');
      ctx.tag('team:3');
      return 'old';
    });
    await cache.invalidateTags('team:3');
    expect(await cache.get('42')).toBeUndefined();
  });

  it('ends the rows of many that carry it, each with its own', async () => {
    const { cache } = make();
    const rows = new Map([
      ['1', { id: '1', team: 'a' }],
      ['2', { id: '2', team: 'b' }],
    ]);
    const load = (): Map<string, unknown> => rows;
    const options = { tags: 'users', tagsOf: (row: unknown) => `team:${(row as { team: string }).team}` };
    await cache.getOrLoadMany(['1', '2'], load, options);
    await cache.invalidateTags('team:b');
    const { values, missing } = await cache.getBulk(['1', '2']);
    expect([[...values.keys()], missing]).toEqual([['1'], ['2']]);
    await cache.getOrLoadMany(['1', '2'], load, options);
    await cache.invalidateTags('users');
    expect((await cache.getBulk(['1', '2'])).missing).toEqual(['1', '2']);
  });

  it('ends what was stored by hand under an observation of before', async () => {
    const { cache } = make();
    const observed = await cache.observe('42');
    expect(await cache.setWithGen('42', 'old', observed, { tags: ['a'] })).toBe('stored');
    expect(await cache.get('42')).toBe('old');
    await cache.invalidateTags('a');
    expect(await cache.get('42')).toBeUndefined();
    // The observation is older than the invalidation, whatever the generation is.
    await cache.setWithGen('42', 'older', observed, { tags: ['a'] });
    expect(await cache.get('42')).toBeUndefined();
  });

  it('ends what was stored by hand together', async () => {
    const { cache } = make();
    const observed = await cache.snapshotGens(['1', '2']);
    const items = [
      ['1', 'one'],
      ['2', 'two'],
    ] as const;
    expect((await cache.setBulkWithGens(items, observed, { tags: 'a', ttl: '1m' })).outcome).toBe('stored');
    expect((await cache.getBulk(['1', '2'])).values.size).toBe(2);
    await cache.invalidateTags('a');
    expect((await cache.getBulk(['1', '2'])).missing).toEqual(['1', '2']);
    const again = await cache.observeMany(['1', '2']);
    expect((await cache.setBulkWithGens(items, again, { tags: 'a' })).outcome).toBe('stored');
    expect((await cache.getBulk(['1', '2'])).values.size).toBe(2);
  });

  it('ends what is served past its soft ttl', async () => {
    const { cache } = make({ fresh: '1s' });
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    expect(await cache.get('42')).toBe('old');
    await cache.invalidateTags('a');
    expect(await cache.get('42')).toBeUndefined();
  });

  it('clears with everything else', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    await cache.getOrLoad('43', () => 'old');
    await cache.clear();
    expect((await cache.getBulk(['42', '43'])).missing).toEqual(['42', '43']);
  });

  it('is of its namespace', async () => {
    const { cache } = make();
    const { cache: other } = make({ namespace: 'other' });
    await other.getOrLoad('42', () => 'stays', { tags: 'a' });
    await cache.invalidateTags('a');
    expect(await other.get('42')).toBe('stays');
  });
});

describe.each(TAGGED)('a hit that carries not all of the tags that the call names: $name', ({ make }) => {
  it('is a miss, and what is loaded then carries them', async () => {
    const { cache } = make();
    await cache.getOrLoad('42', () => 'old', { tags: ['a'] });
    expect(await cache.getOrLoad('42', () => 'not loaded', { tags: ['a'] })).toBe('old');
    expect(await cache.getOrLoad('42', () => 'not loaded')).toBe('old');
    expect(await cache.getOrLoad('42', () => 'new', { tags: ['a', 'b'] })).toBe('new');
    expect(cache.stats().misses['other-tags']).toBe(1);
    expect(await cache.getOrLoadMany(['42'], () => new Map([['42', 'newer']]), { tags: 'c' })).toEqual(
      new Map([['42', 'newer']]),
    );
    await cache.invalidateTags('c');
    expect(await cache.get('42')).toBeUndefined();
  });
});

describe.each(TAGGED)('a bare generation: $name', ({ make }) => {
  it('stores nothing, and says so once', async () => {
    const { cache, events } = make();
    expect(await cache.setWithGen('42', 'v', await cache.snapshotGen('42'))).toBe('rejected');
    const generations = new Map(await cache.snapshotGens(['42']));
    expect((await cache.setBulkWithGens([['42', 'v']], generations)).outcome).toBe('rejected');
    expect(await cache.get('42')).toBeUndefined();
    expect(events.of('warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('Hand over what observe()'),
    ]);
  });
});
