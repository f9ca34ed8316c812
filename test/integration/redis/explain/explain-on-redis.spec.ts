import { randomUUID } from 'node:crypto';

import { afterEach, describe, expect, it } from '@jest/globals';

import { generationKey, singleKey } from '../../../../lib/keys/storage-keys.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';
import { TAGGED_PLACES, TaggedProcess } from '../../../support/redis/tagged-process.js';
import type { TaggedOptions } from '../../../support/redis/tagged-process.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

describe.each(TAGGED_PLACES)('explain, $name', ({ topology, source, outside }) => {
  async function process(options: Partial<TaggedOptions> & { readonly namespace: string }): Promise<TaggedProcess> {
    const made = new TaggedProcess(await source(), { topology, tags: false, ...options });
    opened.push(made);
    return made;
  }

  /** Where the copies of an entry are, the nearest first. */
  const places = { redis: ['store'], near: ['process'], tiered: ['near', 'store'] }[topology];

  it('tells of an entry, its generation, its ttl and its size, and of what another process did to it', async () => {
    const namespace = freshNamespace();
    const here = await process({ namespace, ttl: '1m', fresh: '30s' });
    const there = await process({ namespace, ttl: '1m', fresh: '30s' });
    const key = `key-${randomUUID()}`;
    await here.cache.getOrLoad(key, () => 'value');
    const found = await here.cache.explain(key, { value: true });
    expect(found).toMatchObject({
      hit: true,
      value: 'value',
      faults: [],
      generation: { state: 'current', writers: 0 },
    });
    expect(found.copies.map(({ place }) => place)).toEqual(places);
    for (const copy of found.copies) {
      expect(copy).toMatchObject({ generation: found.generation.number, freshness: 'fresh', refused: undefined });
      expect(copy.ttlLeftMs).toBeGreaterThan(30_000);
      expect(copy.ttlLeftMs).toBeLessThanOrEqual(60_000);
      expect(copy.kind).toBe(copy.place === 'store' ? 'stamped' : 'live');
      expect(copy.bytes !== undefined).toBe(copy.place === 'store');
    }
    await there.cache.invalidate(key);
    const after = await here.cache.explain(key);
    expect(after.hit).toBe(false);
    expect(after.generation.number).toBeGreaterThan(found.generation.number as number);
    expect(here.events.of('heal')).toEqual([]);
    expect(await here.cache.get(key)).toBeUndefined();
    expect(here.events.reasons().at(-1)).toBe(after.reason);
  });

  it('counts the writers that have a key open, and how long the last of them has', async () => {
    const namespace = freshNamespace();
    const here = await process({ namespace });
    const there = await process({ namespace });
    await there.cache.withWriteIntent(
      'a',
      () =>
        here.cache.withWriteIntent(
          'a',
          async () => {
            const { generation } = await (await process({ namespace })).cache.explain('a');
            expect(generation).toMatchObject({ state: 'open', number: undefined, writers: 2 });
            expect(generation.openForMs).toBeGreaterThan(30_000);
            expect(generation.openForMs).toBeLessThanOrEqual(60_000);
          },
          { lease: '60s' },
        ),
      { lease: '20s' },
    );
    expect((await here.cache.explain('a')).generation).toMatchObject({ state: 'current', writers: 0 });
  });

  it('tells of tags, by one question', async () => {
    const here = await process({ namespace: freshNamespace(), tags: true });
    await here.cache.getOrLoad('a', () => 'value', { tags: ['red', 'blue'] });
    await here.cache.invalidateTags('blue');
    const { reason, copies, tagClock } = await here.cache.explain('a');
    expect(reason).toBe('tag-invalidated');
    for (const { tags } of copies) {
      expect(tags).toEqual([
        { tag: 'red', state: 'alive' },
        { tag: 'blue', state: 'invalidated' },
      ]);
    }
    expect((await here.cache.explainTags(['red', 'blue'])).tags).toMatchObject([
      { tag: 'red', invalidatedAt: undefined },
      { tag: 'blue', invalidatedAt: tagClock?.seq },
    ]);
  });

  it('issues nothing, and says what is none of its cells', async () => {
    const namespace = freshNamespace();
    const here = await process({ namespace });
    const client = await outside();
    opened.push({ close: async () => void (await client.quit()) });
    const cell = generationKey(singleKey(namespace, 'a'));
    expect(await here.cache.explain('a')).toMatchObject({ reason: 'absent', generation: { state: 'absent' } });
    expect(await client.exists(cell)).toBe(0);
    await client.set(cell, 'of another program', 'PX', 60_000);
    expect((await here.cache.explain('a')).generation.state).toBe('malformed');
    expect(await client.get(cell)).toBe('of another program');
  });
});

describe('explain under read leases', () => {
  it('says whether one is held, how many hold one, and which entries it stands for', async () => {
    const namespace = freshNamespace();
    const make = async (): Promise<LeasedCache> => {
      const made = new LeasedCache(await sharedRedis(), { namespace });
      opened.push(made);
      return made.holding();
    };
    const here = await make();
    await make();
    await here.served('a');
    const { hits } = here.leases;
    const found = await here.cache.explain('a');
    expect(found.readLease).toEqual({ held: true, holders: 2 });
    expect(found.copies[0]).toMatchObject({ leased: true, refused: undefined });
    expect(found.text).toMatch(/read lease: held, 2 holders/);
    expect(here.leases.hits).toBe(hits);
  });
});
