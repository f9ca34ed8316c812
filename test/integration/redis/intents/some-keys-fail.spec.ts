import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import type { IntentStore } from '../../../../lib/contracts/intent-store.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';

const MINUTE = 60_000;

describe('write intents of a client that may not touch every key', () => {
  let server: RedisServer;
  let redis: RedisParts;
  let narrow: RedisGenerationStore;
  let intents: IntentStore;

  beforeAll(async () => {
    server = await startRedis();
    redis = await redisParts(new Redis(server.url));
    await redis.outside.call('acl', 'SETUSER', 'narrow', 'on', '>secret', '~*allowed*', '+@all');
    narrow = new RedisGenerationStore({ host: '127.0.0.1', port: server.port, username: 'narrow', password: 'secret' });
    intents = narrow.intents as IntentStore;
  });

  afterAll(async () => {
    await narrow.close();
    await redis.close();
    await server.stop();
  });

  it('have the error in the place of each key that failed, and carry out the others', async () => {
    const keys = [redis.key('allowed 1'), redis.key('denied'), redis.key('allowed 2')];
    const denied = expect.objectContaining({ message: expect.stringContaining('its user may not touch the keys') });
    expect(await intents.open(keys, 'w', MINUTE)).toEqual([undefined, denied, undefined]);
    expect(await redis.generations.currentMany(keys)).toEqual([OPEN, ABSENT, OPEN]);
    expect(await intents.renew(keys, 'w', MINUTE)).toEqual([true, denied, true]);
    const settled = { generation: expect.any(Number), held: true };
    expect(await intents.settle(keys, 'w')).toEqual([settled, denied, settled]);
    expect(await redis.generations.current(keys[0] as string)).toBeGreaterThan(0);
  });
});
