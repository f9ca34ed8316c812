import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { commandLine, printed } from '../../support/cli/command-line.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';
import { TaggedProcess } from '../../support/redis/tagged-process.js';
import type { TaggedOptions } from '../../support/redis/tagged-process.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

const PLACES = [
  ['redis', 'Redis'],
  ['near', 'Redis'],
  ['tiered', 'Redis Cluster'],
] as const;

describe.each(PLACES)('what an operator ends is served no more: %s on %s', (topology, place) => {
  /** A process of the application, and the command line beside it. */
  async function beside(options: Partial<TaggedOptions> = {}) {
    const namespace = freshNamespace();
    const cluster = await sharedCluster();
    const isCluster = place === 'Redis Cluster';
    const made = new TaggedProcess(isCluster ? cluster : await sharedRedis(), { namespace, topology, ...options });
    opened.push(made);
    const [node] = cluster.nodes as readonly { host: string; port: number }[];
    const url = isCluster ? `redis://${node?.host}:${node?.port}` : await sharedRedis();
    const run = (...args: string[]): ReturnType<typeof commandLine> =>
      commandLine([...args, '--namespace', namespace, ...(isCluster ? ['--cluster'] : [])], url);
    return { cache: made.cache, run };
  }

  it('invalidate', async () => {
    const { cache, run } = await beside({ tags: false });
    await cache.getOrLoad('a', () => 'old');
    await cache.getOrLoad('b', () => 'kept');
    const ran = await run('invalidate', 'a', '--json');
    expect(ran.code).toBe(0);
    const had = { entry: topology !== 'near', generation: true };
    expect(printed(ran)).toMatchObject({ ok: true, keys: [{ key: 'a', done: true, had }] });
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new');
    expect(await cache.get('b')).toBe('kept');
  });

  it('invalidate-tags', async () => {
    const { cache, run } = await beside();
    await cache.getOrLoad('a', () => 'old', { tags: 'red' });
    await cache.getOrLoad('b', () => 'kept', { tags: 'blue' });
    const { code, stdout } = await run('invalidate-tags', 'red');
    expect(stdout).toMatch(/invalidated tag red/);
    expect(code).toBe(0);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toBe('kept');
  });

  it.each([true, false])('clear, with tags: %s', async (tags) => {
    const { cache, run } = await beside({ tags });
    for (const key of ['a', 'b']) await cache.getOrLoad(key, () => 'old');
    const ran = await run('clear', '--yes', '--json');
    expect(printed(ran)).toMatchObject({ ok: true, cleared: true });
    expect([await cache.get('a'), await cache.get('b')]).toEqual([undefined, undefined]);
    await cache.getOrLoad('a', () => 'new');
    expect(await cache.get('a')).toBe('new');
  });

  it('erase', async () => {
    const { cache, run } = await beside({ tags: false });
    await cache.getOrLoad('a', () => 'old');
    expect((await run('erase', 'a', '--yes')).code).toBe(0);
    expect(await cache.get('a')).toBeUndefined();
    expect((await cache.explain('a')).copies).toEqual([]);
  });

  it('what is of one partition, and of no other', async () => {
    const { cache, run } = await beside({ tags: false, partition: () => 'none' });
    const [acme, other] = [cache.in('acme'), cache.in('other')];
    for (const part of [acme, other]) await part.getOrLoad('a', () => 'old');
    expect((await run('invalidate', 'a', '--partition', 'acme')).code).toBe(0);
    expect(await acme.get('a')).toBeUndefined();
    await acme.getOrLoad('a', () => 'old');
    expect((await run('clear', '--partition', 'acme', '-y')).stdout).toMatch(/cleared partition "acme" of namespace/);
    expect([await acme.get('a'), await other.get('a')]).toEqual([undefined, 'old']);
  });

  it('explain says what is there, and changes nothing', async () => {
    const { cache, run } = await beside({ tags: false, ttl: '1m' });
    await cache.getOrLoad('a', () => 'the value');
    const ran = await run('explain', 'a', '--json');
    expect(ran.code).toBe(0);
    const number = (await cache.explain('a')).generation.number;
    expect(printed(ran)).toMatchObject({
      key: 'a',
      hit: topology !== 'near',
      generation: { state: 'current', number },
    });
    expect(ran.all).not.toContain('the value');
    expect(await cache.get('a')).toBe('the value');
    const redacted = await run('explain', 'a', '--redact', '--json');
    expect(redacted.all).not.toMatch(/"a"/);
  });
});

it('an operator drops no generation of an application that trusts its server after a failover', async () => {
  const namespace = freshNamespace();
  const keyPrefix = `${namespace}:`;
  const url = await sharedRedis();
  const application = new TaggedProcess(url, {
    namespace,
    topology: 'redis',
    tags: false,
    connection: { keyPrefix, onFailover: 'trust' },
  });
  const outside = new Redis(url);
  opened.push(application, { close: async () => void (await outside.quit()) });
  await application.cache.getOrLoad('a', () => 'value');
  await application.cache.getOrLoad('b', () => 'value');
  const ran = await commandLine(['invalidate', 'b', '-n', namespace, '--key-prefix', keyPrefix], url);
  expect(ran.code).toBe(0);
  expect(await application.cache.get('a')).toBe('value');
  expect(await application.cache.get('b')).toBeUndefined();
  expect(await outside.keys(`${keyPrefix}cas:*`)).toEqual([]);
});
