import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { RecordedEvents } from '../../../support/core/recorded-events.js';
import { useEveryFeature, useTags } from '../../../support/redis/every-feature.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startCluster, startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';

/** As docs/production.md has them. */
const ALWAYS = ['get', 'mget', 'set', 'unlink', 'pttl', 'pexpire', 'time', 'eval', 'evalsha', 'scan'];
const TRUSTING = ALWAYS;
const VETTING = [...ALWAYS, 'info'];
const WAITING = [...VETTING, 'wait'];
const OF_TAGS = ['zadd', 'zcard', 'zmscore', 'zrange', 'zrem', 'zrevrangebyscore'];
const CLUSTER = [...VETTING, 'asking', 'cluster|slots', 'cluster|nodes', 'cluster|info'];
/** What the cache asks for and does without. Redis 6 logs no subcommand. */
const SPARED = ['script|load', 'script', 'getrange', 'client|setname', 'client'];

const NAME = 'app';

let server: RedisServer;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
afterAll(() => server.stop());

async function allow(at: RedisServer, commands: readonly string[], ...keys: readonly string[]): Promise<void> {
  const patterns = keys.length === 0 ? ['~*'] : keys;
  const rules = commands.map((command) => `+${command}`);
  await ask(at, async (client) => {
    await client.call('acl', 'setuser', NAME, 'reset', 'on', 'nopass', ...patterns, '-@all', ...rules);
    await client.call('acl', 'log', 'reset');
    await client.call('script', 'flush');
  });
}

const asUser = (at: RedisServer): RedisSource => ({
  host: '127.0.0.1',
  port: at.port,
  username: NAME,
  password: 'any',
});

function partsOf(source: RedisSource, options: RedisConnectionOptions = {}) {
  const connection = new RedisConnection(source, options);
  open.push(connection);
  const provider = new RedisProvider(connection);
  return { provider, generations: new RedisGenerationStore(connection) };
}

/** Everything, in every way to hold values. Answers the faults that were reported. */
async function useAll(source: RedisSource, options: RedisConnectionOptions = {}): Promise<string[]> {
  const { provider, generations } = partsOf(source, options);
  const events = new RecordedEvents();
  const caches = ['redis', 'tiered', 'near'].map((topology) => {
    const cache = new CasCacheService<string>(
      resolveNamespaceOptions({ namespace: topology, timeout: '3s', stampede: 'replicas', intentLease: 1 }),
      {
        provider: topology === 'near' ? new MemoryProvider() : provider,
        near: topology === 'tiered' ? new MemoryProvider() : undefined,
        generations,
        codec: new JsonCodec(),
        hooks: [events],
      },
    );
    open.push(cache);
    return cache;
  });
  await Promise.all(caches.map(useEveryFeature));
  await provider.set('single:t:a', Buffer.of(1), { ttlMs: 60_000 });
  await provider.remainingTtl('single:t:a');
  return events.of('fault').map(({ operation, cause }) => `${operation}: ${String(cause)}`);
}

/** Which commands the servers refused, by their own word. */
async function refused(...servers: readonly RedisServer[]): Promise<string[]> {
  const logs = await Promise.all(servers.map((one) => ask(one, (client) => client.call('acl', 'log'))));
  return (logs as string[][][]).flat().map((entry) => entry[entry.indexOf('object') + 1] as string);
}

/** Why each kind of operation fails, where it does. */
async function reasons(source: RedisSource, options: RedisConnectionOptions = {}): Promise<string[]> {
  const { provider, generations } = partsOf(source, { onWarning: () => undefined, ...options });
  const atomic = provider.atomicWith(generations);
  const key = 'single:t:a';
  const operations: readonly (() => unknown)[] = [
    () => provider.clear('single:t:'),
    () => generations.bump(key),
    () => atomic?.read(key),
    async () => atomic?.fill(key, await generations.snapshot(key), Buffer.of(1), 600_000),
    () => atomic?.invalidate(key),
    () => provider.delete(key),
    () => provider.remainingTtl(key),
    () => generations.intents.open([key], 'w', 1),
    () => generations.intents.settle([key], 'w'),
    () => generations.leases.acquire(key, 'w', 1_000),
  ];
  const found: string[] = [];
  for (const operation of operations) {
    // Of many keys, each has its error in the place of its answer.
    const answer = await Promise.resolve(operation()).catch((error: unknown) => error);
    const errors = [answer].flat().filter((each) => each instanceof Error);
    found.push(...errors.map((error) => [error.message, String(error.cause)].join(' ')));
  }
  return found;
}

describe('a user who may run no more than what docs/production.md lists has every feature', () => {
  const expectEnough = async (servers: readonly RedisServer[]): Promise<void> => {
    expect((await refused(...servers)).filter((command) => !SPARED.includes(command))).toEqual([]);
  };

  it.each<[string, readonly string[], RedisConnectionOptions]>([
    ['by default', VETTING, {}],
    ["with onFailover: 'trust'", TRUSTING, { onFailover: 'trust' }],
  ])('%s', async (_, commands, options) => {
    await allow(server, commands);
    expect(await useAll(asUser(server), options)).toEqual([]);
    await expectEnough([server]);
  });

  it('with waitReplicas', async () => {
    const replica = await startRedis();
    open.push({ close: () => replica.stop() });
    const master = await startRedis();
    open.push({ close: () => master.stop() });
    await replicate(master, replica);
    await allow(master, WAITING);
    expect(await useAll(asUser(master), { waitReplicas: 1, waitTimeout: 5_000 })).toEqual([]);
    await expectEnough([master]);
  });

  it('on a Cluster', async () => {
    const cluster = await startCluster();
    open.push({ close: () => cluster.stop() });
    await Promise.all(cluster.servers.map((node) => allow(node, CLUSTER)));
    const redisOptions = { username: NAME, password: 'any' };
    expect(await useAll({ nodes: cluster.nodes, redisOptions })).toEqual([]);
    await expectEnough(cluster.servers);
  });
});

describe.each<[string, readonly string[], RedisConnectionOptions]>([
  ['by default', VETTING, {}],
  ["with onFailover: 'trust'", TRUSTING, { onFailover: 'trust' }],
])('%s', (_, commands, options) => {
  const rules = commands.map((command) => `+${command}`).join(' ');

  it.each(commands)('a user who may not run %s is told so, and the least that is needed', async (command) => {
    await allow(
      server,
      commands.filter((each) => each !== command),
    );
    const found = await reasons(asUser(server), options);
    expect(found.length).toBeGreaterThan(0);
    for (const reason of found) {
      expect(reason).toContain(`may not run ${command.toUpperCase()}`);
      expect(reason).toContain(rules);
      expect(reason).not.toMatch(/host, port, TLS/);
    }
    const isOfVetting = options.onFailover !== 'trust' && ['info', 'scan'].includes(command);
    expect(found.some((reason) => reason.includes("onFailover: 'trust'"))).toBe(isOfVetting);
  });

  it.each(commands)('a server that has %s under another name is told so', async (command) => {
    const renamed = await startRedis({ args: ['--rename-command', command, ''] });
    open.push({ close: () => renamed.stop() });
    const found = await reasons({ port: renamed.port }, options);
    // Scripts are loaded there, and none has to be sent as a text, but by what comes before it is known that their
    // flags are not.
    if (command === 'eval' && KNOWS_SCRIPT_FLAGS) return expect(found).toEqual([]);
    if (command !== 'eval') expect(found.length).toBeGreaterThan(0);
    for (const reason of found) {
      expect(reason).toContain(`has no command ${command.toUpperCase()}`);
      expect(reason).toContain('rename-command');
    }
    return undefined;
  });
});

describe('where namespaces have tags', () => {
  const invalidate = async (source: RedisSource, keepMs = 60_000): Promise<void> => {
    const tags = partsOf(source, { onWarning: () => undefined }).generations.tags.of('t');
    await useTags(tags);
    // What is as old as this goes.
    await tags.invalidate(['a'], keepMs);
    await tags.invalidate(['b'], keepMs);
  };

  it('a user needs what docs/production.md lists besides, and no more', async () => {
    await allow(server, [...VETTING, ...OF_TAGS]);
    await invalidate(asUser(server), 1);
    expect((await refused(server)).filter((command) => !SPARED.includes(command))).toEqual([]);
    // A namespace without tags needs no such right: with tags of others on the server it is vetted all the same.
    await allow(server, VETTING);
    await ask(server, (client) => client.del('cas:vetted-2'));
    expect(await reasons(asUser(server))).toEqual([]);
  });

  it.each(['zadd', 'zmscore', 'zrange', 'zrevrangebyscore', 'zcard'])(
    'a user who may not run %s is told so, and what tags need',
    async (command) => {
      await allow(
        server,
        [...VETTING, ...OF_TAGS].filter((each) => each !== command),
      );
      const reason = String(await invalidate(asUser(server)).catch((error: unknown) => error));
      expect(reason).toContain(`may not run ${command.toUpperCase()}`);
      expect(reason).toContain([...VETTING, ...OF_TAGS].map((each) => `+${each}`).join(' '));
    },
  );
});

it('who trusts the master needs neither INFO nor, as long as nothing is cleared, SCAN: that is the way out', async () => {
  await allow(
    server,
    ALWAYS.filter((command) => command !== 'scan'),
  );
  const { provider, generations } = partsOf(asUser(server), { onFailover: 'trust' });
  const atomic = provider.atomicWith(generations);
  expect(await atomic?.invalidate('single:t:b')).toBeGreaterThan(0);
  expect(await atomic?.read('single:t:b')).toMatchObject({ entry: undefined });
  expect((await refused(server)).filter((command) => !SPARED.includes(command))).toEqual([]);
});

it.each([
  ['', '~single:* ~bulk:* ~gen:* ~load:* ~cas:* ~clock:* ~tags:*'],
  ['ours:', '~ours:*'],
])('a user who may not touch the keys is told which: prefix "%s"', async (keyPrefix, patterns) => {
  await allow(server, VETTING, '~others:*');
  const found = await reasons(asUser(server), { keyPrefix });
  expect(found.length).toBeGreaterThan(0);
  for (const reason of found) expect(reason).toContain(`may not touch the keys of the cache: allow ${patterns}`);
  await allow(server, VETTING, ...patterns.split(' '));
  expect(await reasons(asUser(server), { keyPrefix })).toEqual([]);
});

it('a user who may not run WAIT is told so', async () => {
  await allow(server, VETTING);
  const found = await reasons(asUser(server), { waitReplicas: 1 });
  expect(found.some((reason) => /WAIT.*Allow the command to the user, or leave waitReplicas out/.test(reason))).toBe(
    true,
  );
});
