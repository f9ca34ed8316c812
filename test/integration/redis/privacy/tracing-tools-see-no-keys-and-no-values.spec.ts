import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import { sharedCluster, sharedRedis, freshNamespace } from '../../../support/redis/shared-redis.js';

/** Every channel that ioredis publishes on, and what a subscriber is handed there. */
class Screen {
  readonly commands: string[] = [];
  readonly errors: unknown[] = [];
  private readonly seen: string[] = [];
  private readonly channels = ['command', 'batch', 'connect'].flatMap((what) =>
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((when) => channel(`tracing:ioredis:${what}:${when}`)),
  );

  open(): void {
    for (const each of this.channels) each.subscribe(this.see);
  }

  close(): void {
    for (const each of this.channels) each.unsubscribe(this.see);
  }

  /** Everything, as text: bytes too, in the way that a tool would print them. */
  text(): string {
    return this.seen.join('\n');
  }

  private readonly see = (message: unknown, name: string | symbol): void => {
    const { command, error } = message as { command?: string; error?: unknown };
    if (command !== undefined && String(name).endsWith(':start')) this.commands.push(command);
    if (error !== undefined) this.errors.push(error);
    this.seen.push(
      inspect(message, { depth: 10, maxArrayLength: null, maxStringLength: null, showHidden: true }),
      printed(message),
    );
  };
}

/** Bytes and strings anywhere in it, as text. */
function printed(value: unknown, depth = 0): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 6) return '';
  return Reflect.ownKeys(value)
    .map((name) => printed((value as Record<PropertyKey, unknown>)[name], depth + 1))
    .join(' ');
}

const KEY = 'planted-key-7f3a';
const VALUE = 'planted-value-9c1e';
/** What must be seen, so that the test cannot pass for want of traffic. */
const SEEN = ['mget', 'evalsha', 'set', 'unlink', 'pttl', 'scan', 'info', 'get', 'script'];

async function useEverything(source: RedisSource, options: RedisConnectionOptions = {}): Promise<void> {
  const connection = new RedisConnection(source, { keyPrefix: `${freshNamespace()}:`, ...options });
  const provider = new RedisProvider(connection);
  const generations = new RedisGenerationStore(connection);
  const cache = new CasCacheService<string>(
    resolveNamespaceOptions({ namespace: 'n', timeout: '5s', stampede: 'replicas', intentLease: 1 }),
    { provider, generations, codec: new JsonCodec(), hooks: [] },
  );
  try {
    await useEach(cache, provider);
  } finally {
    await cache.close();
    await connection.close();
  }
}

async function useEach(cache: CasCacheService<string>, provider: RedisProvider): Promise<void> {
  const [one, two] = [`${KEY}-1`, `${KEY}-2`];
  const load = (): string => VALUE;
  await cache.getOrLoad(one, load);
  await cache.get(one);
  await cache.getOrLoadMany([one, two], (missing) => Promise.resolve(new Map(missing.map((key) => [key, VALUE]))));
  await cache.getBulk([one, two]);
  await cache.setWithGen(one, VALUE, await cache.snapshotGen(one));
  await cache.setBulkWithGens(
    [one, two].map((key) => [key, VALUE] as const),
    await cache.snapshotGens([one, two]),
  );
  await cache.withWriteIntent([one, two], load);
  await cache.invalidate([one, two]);
  await cache.getOrLoad(one, load);
  await provider.set(`single:n:${one}`, Buffer.from(VALUE), { ttlMs: 60_000 });
  await provider.get(`single:n:${one}`);
  await provider.remainingTtl(`single:n:${one}`);
  await cache.clear();
}

describe('whoever listens to what ioredis publishes', () => {
  let screen: Screen;

  beforeEach(() => {
    screen = new Screen();
    screen.open();
  });

  afterEach(() => screen.close());

  const seesNothing = (): void => {
    const text = screen.text();
    expect(screen.commands).toEqual(expect.arrayContaining(SEEN));
    for (const secret of [KEY, VALUE]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(
        Buffer.from(secret)
          .toString('hex')
          .replace(/..(?=.)/g, '$& '),
      );
    }
    expect(screen.errors).toEqual([]);
  };

  it('sees no key, no value and no error: Redis', async () => {
    const server = await startRedis();
    try {
      await useEverything(server.url);
      seesNothing();
    } finally {
      await server.stop();
    }
  });

  it('sees no key, no value and no error: with replicas that are waited for', async () => {
    const [master, replica] = await Promise.all([startRedis(), startRedis()]);
    try {
      await replicate(master, replica);
      screen.errors.length = 0;
      await useEverything(master.url, { waitReplicas: 1, waitTimeout: 2_000 });
      seesNothing();
    } finally {
      await Promise.all([master.stop('SIGKILL'), replica.stop('SIGKILL')]);
    }
  });

  it('sees no key and no value: Redis Cluster', async () => {
    await useEverything(await sharedCluster());
    seesNothing();
  });

  it('sees no arguments of a command that the server has under another name', async () => {
    const server = await startRedis({ args: ['--rename-command', 'EVALSHA', ''] });
    try {
      const connection = new RedisConnection(server.url, { onFailover: 'trust' });
      const generations = new RedisGenerationStore(connection);
      const refused = await generations.bump(KEY).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Error);
      expect(inspect(refused, { depth: 10 })).not.toContain(KEY);
      expect(screen.text()).not.toContain(KEY);
      await connection.close();
    } finally {
      await server.stop();
    }
  });

  it('costs nothing where nobody listens: the reply is that of the command itself', async () => {
    screen.close();
    const connection = new RedisConnection(await sharedRedis());
    expect(await connection.call(['echo', VALUE])).toBe(VALUE);
    await connection.close();
  });
});
