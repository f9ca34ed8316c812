import { Redis } from 'ioredis';
import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { KINDS } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { freshNamespace } from '../../support/redis/shared-redis.js';

/** The names of all keys whose value contains the text. */
async function holding(outside: Redis | Cluster, namespace: string, text: string): Promise<string[]> {
  const masters = outside instanceof Redis ? [outside] : outside.nodes('master');
  const names = (await Promise.all(masters.map((master) => master.keys(`*${namespace}*`)))).flat();
  const values = await Promise.all(names.map((name) => outside.getBuffer(name)));
  return names.filter((_, i) => values[i]?.includes(text));
}

describe.each(KINDS)('an erasure in %s', (_, make) => {
  let parts: RedisParts;

  beforeAll(async () => {
    parts = await make();
  });

  afterAll(() => parts.close());

  function cacheOf(namespace: string, valueVersion?: string, near?: CasProvider): CasCacheService {
    const { provider, generations } = parts;
    return new CasCacheService(resolveNamespaceOptions({ namespace, valueVersion, timeout: '2s' }), {
      provider: provider as CasProvider,
      near,
      generations,
      codec: new JsonCodec() as CasCodec,
      hooks: [],
    });
  }

  const load = (missing: string[]): Map<string, string> => new Map(missing.map((key) => [key, `person ${key}!`]));

  it('leaves no byte of its keys, and what does not hold them', async () => {
    const { outside } = parts;
    const namespace = freshNamespace();
    const near = new MemoryProvider();
    const tiered = cacheOf(namespace, undefined, near);
    const caches = [cacheOf(namespace), cacheOf(namespace, '2'), cacheOf(namespace, '3')];
    for (const cache of caches) {
      await cache.getOrLoadMany(['1', '{t}', 'a}b'], load);
      await cache.getOrLoadMany(['2', '3'], load);
      await cache.getOrLoad('10', () => 'person 10!');
    }
    expect(await tiered.getBulk(['1', '2'])).toMatchObject({ missing: [] });
    for (const key of ['1', '{t}', 'a}b']) {
      // One single entry and one bulk entry of each version.
      expect(await holding(outside, namespace, `person ${key}!`)).toHaveLength(6);
    }
    const kept = await holding(outside, namespace, 'person 2!');
    expect(kept).toHaveLength(6);
    await tiered.erase(['1', '{t}', 'a}b']);
    for (const key of ['1', '{t}', 'a}b']) expect(await holding(outside, namespace, `person ${key}!`)).toEqual([]);
    expect(near.get(`single:${namespace}:1`)).toBeUndefined();
    expect((await holding(outside, namespace, 'person 2!')).toSorted()).toEqual(kept.toSorted());
    expect(await holding(outside, namespace, 'person 10!')).toHaveLength(3);
    for (const cache of caches) expect((await cache.getBulk(['1', '2'])).missing).toEqual(['1']);
  }, 30_000);

  it('looks for each of its keys, whatever characters they have, and for no other that looks alike', async () => {
    const { outside } = parts;
    const namespace = freshNamespace();
    const cache = cacheOf(namespace);
    const keys = ['a-b', '50%', '[x', '(y', 'z.*', `a-b${'long'.repeat(100)}`];
    for (const key of keys) await cache.getOrLoadMany([key, `beside ${key}`], load);
    await cache.getOrLoadMany(['z...', '100%', 'ab'], load);
    await cache.erase(keys);
    for (const key of keys) expect(await holding(outside, namespace, `person ${key}!`)).toEqual([]);
    // A single entry and the bulk entry.
    expect(await holding(outside, namespace, 'person 100%!')).toHaveLength(2);
  }, 30_000);

  it('takes bulk entries that it cannot read, and all of them where the keys are many', async () => {
    const { outside } = parts;
    const namespace = freshNamespace();
    const cache = cacheOf(namespace);
    await cache.getOrLoadMany(['2', '3'], load);
    const newer = `bulk:${namespace}@9:0123456789abcdef`;
    await outside.set(newer, Buffer.from('CASC\u0002\u0002 person 1!'));
    await cache.erase('1');
    expect(await outside.exists(newer)).toBe(0);
    expect(await holding(outside, namespace, 'person 2!')).toHaveLength(2);
    await cache.erase(Array.from({ length: 101 }, (__, i) => `many-${i}`));
    expect(await holding(outside, namespace, 'person 2!')).toHaveLength(1);
  }, 30_000);

  it('finds a bulk entry that another process was storing while the keys were invalidated', async () => {
    const { outside } = parts;
    const namespace = freshNamespace();
    const cache = cacheOf(namespace);
    await cache.getOrLoadMany(['1', '2'], load);
    const [name = ''] = (await holding(outside, namespace, 'person 1!')).filter((each) => each.startsWith('bulk:'));
    const frame = (await outside.getBuffer(name)) as Buffer;
    const before = await parts.generations.current(`single:${namespace}:1`);
    const erased = cache.erase('1');
    while ((await parts.generations.current(`single:${namespace}:1`)) === before);
    await outside.set(name, frame);
    await erased;
    expect(await holding(outside, namespace, 'person 1!')).toEqual([]);
  }, 30_000);
});
