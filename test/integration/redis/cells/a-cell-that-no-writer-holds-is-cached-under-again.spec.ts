import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { singleKey } from '../../../../lib/keys/storage-keys.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';

describe.each(KINDS)('a read through %s of a key whose cell begins like an open one', (_, parts) => {
  let redis: RedisParts;
  let cache: CasCacheService<string>;
  let cell: string;

  beforeEach(async () => {
    redis = await parts();
    const namespace = freshNamespace();
    const { provider, generations } = redis;
    cache = new CasCacheService(resolveNamespaceOptions({ namespace, timeout: '10s' }), {
      provider,
      generations,
      codec: new MsgpackCodec(),
      hooks: [],
    });
    cell = redis.cell(singleKey(namespace, '42'));
  });

  afterEach(() => redis.close());

  it.each([
    ['writers whose time has run out', `!5;w=1000`],
    ['no writers', '!5'],
    ['nothing that was ever written', '!garbage'],
  ])('by %s: loads once, and is served from then on', async (_case, text) => {
    await redis.outside.set(cell, text);
    expect(await cache.getOrLoad('42', () => 'first')).toBe('first');
    expect(await cache.getOrLoad('42', () => 'second')).toBe('first');
  });

  it('by a writer that is still writing: loads every time, and leaves the cell to it', async () => {
    const open = `!5;w=${Date.now() + 60_000}`;
    await redis.outside.set(cell, open, 'PX', 60_000);
    expect(await cache.getOrLoad('42', () => 'first')).toBe('first');
    expect(await cache.getOrLoad('42', () => 'second')).toBe('second');
    expect(await redis.outside.get(cell)).toBe(open);
  });
});
