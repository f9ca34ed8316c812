import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import type { CasProvider } from '../../../../lib/contracts/provider.js';
import type { CacheEvent } from '../../../../lib/contracts/hooks.js';
import type { Ttl } from '../../../../lib/common/ttl.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { BatchedReads } from '../../../../lib/redis/connection/batched-reads.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import type { Reply } from '../../../../lib/redis/connection/read-batcher.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { CasTimeoutError } from '../../../../lib/errors.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';

const KEYS = Array.from({ length: 20 }, (_, n) => `key ${n}`);
const caller = new AsyncLocalStorage<string>();

/** Says in whose name it decodes, and does not decode what it is told not to. */
class TellingCodec extends JsonCodec {
  readonly decodedFor = new Map<unknown, string | undefined>();
  refused: unknown;

  override decode(payload: Uint8Array): unknown {
    const value = super.decode(payload);
    this.decodedFor.set(value, caller.getStore());
    if (value === this.refused) throw new Error('not this one');
    return value;
  }
}

describe('reads that travel in one request', () => {
  let server: RedisServer;
  let outside: Redis;
  let connection: RedisConnection;

  beforeAll(async () => {
    server = await startRedis();
    outside = new Redis(server.url);
    connection = new RedisConnection(server.url, { onFailover: 'trust' });
  });

  afterAll(async () => {
    await connection.close();
    await outside.quit();
    await server.stop();
  });

  const cacheWith = (timeout: Ttl, hear: (event: CacheEvent) => void = () => undefined) => {
    const namespace = freshNamespace();
    const codec = new TellingCodec();
    const timers = new ManualTimers();
    const cache = new CasCacheService(resolveNamespaceOptions({ namespace, timeout }), {
      provider: new RedisProvider(connection) as CasProvider,
      generations: new RedisGenerationStore(connection),
      codec,
      hooks: [{ onEvent: hear }],
      timers,
    });
    return { cache, codec, timers, namespace };
  };

  /** Every key holds its own name. */
  const filled = async (...of: Parameters<typeof cacheWith>) => {
    const made = cacheWith(...of);
    const observed = await made.cache.snapshotGens(KEYS);
    for (const key of KEYS) await made.cache.setWithGen(key, key, observed.get(key) as number);
    return made;
  };

  const requests = jest.spyOn(BatchedReads.prototype as unknown as { mget(keys: string[]): Promise<Reply[]> }, 'mget');
  beforeEach(() => {
    requests.mockClear();
  });

  const reads = [
    ['get', (cache: CasCacheService, key: string) => cache.get(key)],
    ['getOrLoad', (cache: CasCacheService, key: string) => cache.getOrLoad(key, () => 'loaded')],
  ] as const;

  it.each(reads)('%s: codec and hooks find the async context of each caller', async (_, read) => {
    const heardFor = new Map<string, string | undefined>();
    const { cache, codec, namespace } = await filled('1m', (event) => {
      if (event.type === 'hit' || event.type === 'miss' || event.type === 'heal') {
        heardFor.set(`${event.type} ${event.key}`, caller.getStore());
      }
    });
    // From here on every key was asked for: a new one is read by a script of its own.
    await Promise.all(KEYS.map((key) => read(cache, key)));
    await outside.set(`single:${namespace}:${KEYS[0]}`, 'no frame');
    requests.mockClear();
    await Promise.all(KEYS.map((key) => caller.run(`caller of ${key}`, () => read(cache, key))));
    expect(requests.mock.calls.length).toBe(1);
    const expected = KEYS.slice(1).map((key) => [key, `caller of ${key}`]);
    expect([...codec.decodedFor]).toEqual(expect.arrayContaining(expected));
    for (const [key, name] of expected) expect(heardFor.get(`hit ${key}`)).toBe(name);
    expect(heardFor.get(`heal ${KEYS[0]}`)).toBe(`caller of ${KEYS[0]}`);
    expect(heardFor.get(`miss ${KEYS[0]}`)).toBe(`caller of ${KEYS[0]}`);
  });

  it.each(reads)('%s: a reader whose codec and hooks throw stops no other', async (_, read) => {
    const { cache, codec } = await filled('1m', (event) => {
      if (event.type === 'heal' || event.type === 'hit') throw new Error('a hook');
    });
    codec.refused = KEYS[3];
    const values = await Promise.all(KEYS.map((key) => read(cache, key)));
    const missed = await read(cache, 'none');
    expect(values).toEqual(KEYS.map((key) => (key === KEYS[3] ? missed : key)));
  });

  it('have one deadline, which names each key in the context of its caller', async () => {
    const late: unknown[] = [];
    const { cache, timers } = await filled('100ms', (event) => {
      if (event.type === 'fault') late.push([event.operation, event.key, event.cause, caller.getStore()]);
    });
    timers.advance(1_000);
    const { made } = timers;
    process.kill(server.pid as number, 'SIGSTOP');
    try {
      const answers = KEYS.map((key) => caller.run(`caller of ${key}`, () => cache.get(key)));
      expect([timers.made - made, timers.holding]).toEqual([1, 1]);
      await setImmediate();
      timers.advance(100);
      expect(await Promise.all(answers)).toEqual(KEYS.map(() => undefined));
      expect(late).toEqual(KEYS.map((key) => ['get', key, expect.any(CasTimeoutError), `caller of ${key}`]));
      await setImmediate();
      expect(timers.holding).toBe(0);
    } finally {
      process.kill(server.pid as number, 'SIGCONT');
    }
  });
});
