import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { TAGGED_PLACES, TaggedProcess } from '../../../support/redis/tagged-process.js';

const A = { tags: 'a' };
const KIND_AT = 5;

describe.each(TAGGED_PLACES)('a process whose namespace has no tags, beside one that has: $name', (place) => {
  const { topology } = place;
  let where: RedisSource;
  let client: Redis | Cluster;
  let tagged: TaggedProcess;
  let plain: TaggedProcess;

  beforeAll(async () => {
    where = await place.source();
    client = await place.outside();
  });

  afterAll(() => client.quit());

  beforeEach(async () => {
    const namespace = freshNamespace();
    tagged = new TaggedProcess(where, { namespace, topology });
    plain = new TaggedProcess(where, { namespace, topology, tags: false });
    await Promise.all([tagged.connection.connect(), plain.connection.connect()]);
  });

  afterEach(() => Promise.all([tagged.close(), plain.close()]));

  const kind = async (key: string): Promise<number | undefined> =>
    (await client.getBuffer(tagged.names.value(key)))?.[KIND_AT];

  it('an invalidation of a key by either ends it for both', async () => {
    for (const [invalidating, value] of [
      [plain, 'one'],
      [tagged, 'two'],
    ] as const) {
      expect(await tagged.cache.getOrLoad('42', () => value, A)).toBe(value);
      expect(await plain.cache.getOrLoad('42', () => value)).toBe(value);
      await invalidating.cache.invalidate('42');
      expect([await tagged.hit('42'), await plain.hit('42')]).toEqual([undefined, undefined]);
    }
  });

  it('a clear by either ends everything for both', async () => {
    for (const [clearing, value] of [
      [plain, 'one'],
      [tagged, 'two'],
    ] as const) {
      expect(await tagged.cache.getOrLoad('42', () => value, A)).toBe(value);
      expect(await plain.cache.getOrLoad('43', () => value)).toBe(value);
      await clearing.cache.clear();
      expect([await tagged.hit('42'), await plain.hit('43')]).toEqual([undefined, undefined]);
      expect([await plain.hit('42'), await tagged.hit('43')]).toEqual([undefined, undefined]);
    }
  });

  if (topology === 'near') return;

  it('leaves the first that carries tags where it is, and serves it from then on, for as long as these allow', async () => {
    expect(await tagged.cache.getOrLoad('42', () => 'tagged', A)).toBe('tagged');
    expect(await kind('42')).toBe(4);
    expect(await plain.cache.getOrLoad('42', () => 'plain')).toBe('plain');
    expect(plain.events.reasons()).toEqual(['unknown-frame']);
    expect(await kind('42')).toBe(4);
    expect([await tagged.hit('42'), await plain.hit('42')]).toEqual(['tagged', 'tagged']);
    expect(plain.events.of('heal')).toEqual([]);
    await tagged.cache.invalidateTags('a');
    expect([await plain.hit('42'), await tagged.hit('42')]).toEqual([undefined, undefined]);
  });

  it('then fills what another one like it takes, and the one with tags does not: it may lack some', async () => {
    await tagged.cache.getOrLoad('met', () => 'tagged', A);
    await plain.hit('met');
    expect(await plain.cache.getOrLoad('42', () => 'plain')).toBe('plain');
    expect(await kind('42')).toBe(4);
    expect(await plain.hit('42')).toBe('plain');
    expect(await tagged.hit('42')).toBeUndefined();
    expect(tagged.events.reasons()).toContain('other-tags');
    expect(await tagged.cache.getOrLoad('42', () => 'tagged', A)).toBe('tagged');
    expect(await tagged.hit('42')).toBe('tagged');
  });

  it('an era that begins ends what it serves of others, and of its own', async () => {
    await tagged.cache.getOrLoad('met', () => 'tagged', A);
    await plain.hit('met');
    await plain.cache.getOrLoad('42', () => 'plain');
    expect([await plain.hit('met'), await plain.hit('42')]).toEqual(['tagged', 'plain']);
    await client.del(tagged.names.clock);
    expect([await plain.hit('met'), await plain.hit('42')]).toEqual([undefined, undefined]);
  });

  it('fills what the other does not take: a clear could not reach it. The other puts its own in the place', async () => {
    expect(await plain.cache.getOrLoad('42', () => 'plain')).toBe('plain');
    expect(await kind('42')).toBe(1);
    expect(await tagged.hit('42')).toBeUndefined();
    expect(await tagged.cache.getOrLoad('42', () => 'tagged', A)).toBe('tagged');
    expect(await kind('42')).toBe(4);
    await tagged.cache.invalidateTags('a');
    expect(await tagged.hit('42')).toBeUndefined();
  });

  it('of which one has a soft ttl: the frame says it as well', async () => {
    const namespace = freshNamespace();
    const fresh = new TaggedProcess(where, { namespace, topology, fresh: '1h' });
    const same = new TaggedProcess(where, { namespace, topology, fresh: '1h' });
    try {
      await fresh.cache.getOrLoad('42', () => 'v', A);
      expect((await client.getBuffer(fresh.names.value('42')))?.[KIND_AT]).toBe(4);
      expect(await same.hit('42')).toBe('v');
      await fresh.cache.invalidateTags('a');
      expect(await same.hit('42')).toBeUndefined();
    } finally {
      await Promise.all([fresh.close(), same.close()]);
    }
  });
});
