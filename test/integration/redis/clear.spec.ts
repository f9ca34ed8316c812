import { Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import { CasClearError } from '../../../lib/write-errors.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

const MINUTE = 60_000;

/** Keys in each form that the name of a generation can have. */
const KEYS = ['a', '{tag}', '}', 'a{}b', '*', 'x'.repeat(1_000)];

const CLIENTS = [
  ['Redis', async (keyPrefix: string) => new Redis(await sharedRedis(), { keyPrefix })],
  ['Redis Cluster', async (keyPrefix: string) => new Cluster([...(await sharedCluster()).nodes], { keyPrefix })],
] as const;

describe.each(CLIENTS)('clear on %s', (_, connect) => {
  const closing: (() => Promise<unknown>)[] = [];

  const open = async (clientPrefix: string, ourPrefix: string) => {
    const client = await connect(clientPrefix);
    const options = { keyPrefix: ourPrefix };
    const [provider, generations] = [new RedisProvider(client, options), new RedisGenerationStore(client, options)];
    closing.push(
      () => provider.close(),
      () => generations.close(),
      () => client.quit(),
    );
    return { client, provider, generations };
  };

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it.each([
    ['', ''],
    ['app:', ''],
    ['', 'ours:'],
    ['app:', 'ours:'],
    ['*?[a-z]\\', ''],
    ['[', ']^'],
    ['{app}:', ''],
    ['a{b', ''],
    ['a}b', 'c{d}'],
  ])(
    'finds everything with a keyPrefix and with glob characters in it: "%s" and "%s"',
    async (clientPrefix, ourPrefix) => {
      const { provider, generations } = await open(clientPrefix, ourPrefix);
      const [ns, other] = [freshNamespace(), freshNamespace()];
      const keys = KEYS.map((key) => `single:${ns}:${key}`);
      const others = KEYS.map((key) => `single:${other}:${key}`);
      await generations.snapshotMany(keys);
      const untouched = await generations.snapshotMany(others);
      for (const key of [...keys, ...others]) await provider.set(key, Buffer.of(1), { ttlMs: MINUTE });

      await generations.clear(`single:${ns}:`);
      expect(await generations.currentMany(keys)).toEqual(keys.map(() => ABSENT));
      expect(await generations.currentMany(others)).toEqual(untouched);
      expect(await provider.getMany(keys)).toEqual(keys.map(() => Buffer.of(1)));

      await provider.clear(`single:${ns}:`);
      expect(await provider.getMany(keys)).toEqual(keys.map(() => undefined));
      expect(await provider.getMany(others)).toEqual(others.map(() => Buffer.of(1)));
      await generations.clear(`single:${other}:`);
      await provider.clear(`single:${other}:`);
    },
  );

  it('leaves open cells open, and keys that are only alike alone', async () => {
    const { client, generations } = await open('app:', '');
    const ns = freshNamespace();
    const key = `single:${ns}:a`;
    await client.set(`gen:{app:${key}}`, `!5;w=${Date.now() + MINUTE}`, 'PX', MINUTE);
    const alike = [
      `gen:{x}:y:single:${ns}:a`,
      `gen:{app:single:${ns}:a}}`,
      `gen:{ single:${ns}:a}`,
      `gen:{single:${ns}:a}`,
    ];
    for (const name of alike) await client.set(name, '5', 'PX', MINUTE);
    await generations.clear(`single:${ns}:`);
    expect(await generations.current(key)).toBe(OPEN);
    for (const name of alike) expect([name, await client.get(name)]).toEqual([name, '5']);
  });
});

describe('clear', () => {
  it('throws when not everything could be cleared', async () => {
    const server = await startRedis();
    const [provider, generations] = [new RedisProvider(server.url), new RedisGenerationStore(server.url)];
    try {
      await generations.snapshot('single:t:a');
      await server.down();
      await expect(generations.clear('single:t:')).rejects.toBeInstanceOf(CasClearError);
      await expect(provider.clear('single:t:')).rejects.toBeInstanceOf(CasClearError);
    } finally {
      await provider.close();
      await generations.close();
      await server.stop();
    }
  });
});
