import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasTopology } from 'nestjs-cascache';

import { applications } from '../../support/nest/applications.js';
import { EverythingSaid } from '../../support/nest/everything-said.js';
import { ask } from '../../support/redis/failover.js';
import { startCluster, startRedis, startSentinel } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const USER = 'planted-user-5e1c';
const PASSWORD = 'planted-password-2d4f';
const KEY = 'planted-key-8b3d';
const VALUE = 'planted-value-6a7e';
const SECRETS = [USER, PASSWORD, VALUE];

type Place = NonNullable<CasCacheModuleOptions['redis']>;

const { compile } = applications();
let servers: { stop(signal?: 'SIGKILL'): Promise<void> }[] = [];
let redis: RedisServer;
let sentinel: RedisServer;
let nodes: readonly { host: string; port: number }[];
let said: EverythingSaid;

beforeAll(async () => {
  redis = await startRedis();
  servers.push(redis);
  sentinel = await startSentinel(redis);
  const cluster = await startCluster();
  servers = [redis, sentinel, cluster];
  ({ nodes } = cluster);
}, 60_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
});

beforeEach(() => {
  said = new EverythingSaid();
  process.on('warning', said.onWarning);
});

afterEach(() => {
  process.off('warning', said.onWarning);
});

/** Everything that may fail, failing or not. */
async function use(place: Place, topology: CasTopology = 'redis'): Promise<void> {
  await said.hear(async () => {
    const imports = [
      CasCacheModule.forRoot({ redis: place, topology, hooks: said, defaults: { timeout: '400ms' } }),
      CasCacheModule.forFeature({ namespace: 'n', stampede: 'replicas', intents: true }),
    ];
    const app = await compile({ imports }, (builder) => builder.setLogger(said));
    await said.hear(() => app.init());
    const cache = app.get(CasCacheRegistry).get<string>('n');
    const load = (): string => VALUE;
    await said.hear(() => cache.getOrLoad(KEY, load));
    await said.hear(() => cache.getOrLoadMany([KEY, `${KEY}-2`], () => new Map([[KEY, VALUE]])));
    await said.hear(async () => cache.setWithGen(KEY, VALUE, await cache.snapshotGen(KEY)));
    await said.hear(() => cache.invalidate([KEY, `${KEY}-2`]));
    await said.hear(() => cache.withWriteIntent(KEY, load));
    await said.hear(() => cache.clear());
    await said.hear(() => cache.erase(KEY));
    await said.hear(() => app.get(CasCacheRegistry).describe());
    await said.hear(() => app.close());
  });
}

/** Something was said of a failure, and no secret. */
function onlyFaults(): void {
  expect(said.errors.length + said.lines.length).toBeGreaterThan(0);
  expect(said.types).toContain('fault');
  expect(said.leaked(SECRETS, [KEY])).toEqual([]);
}

describe('what is said of a Redis that refuses, or is not there', () => {
  it.each<[string, () => Place]>([
    ['a URL', () => `redis://${USER}:${PASSWORD}@127.0.0.1:${redis.port}`],
    ['options', () => ({ port: redis.port, username: USER, password: PASSWORD })],
    [
      'the nodes of a Cluster',
      () => ({ nodes: nodes.map(({ port }) => `redis://${USER}:${PASSWORD}@127.0.0.1:${port}`) }),
    ],
    ['a Cluster', () => ({ nodes, redisOptions: { username: USER, password: PASSWORD } })],
    [
      'a Sentinel',
      () => ({
        sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
        name: 'mymaster',
        sentinelUsername: USER,
        sentinelPassword: PASSWORD,
      }),
    ],
    [
      'the master of a Sentinel',
      () => ({
        sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
        name: 'mymaster',
        username: USER,
        password: PASSWORD,
      }),
    ],
    ['a server that is not there', () => `redis://${USER}:${PASSWORD}@127.0.0.1:1`],
    ['a host that has no address', () => `rediss://${USER}:${PASSWORD}@nowhere.invalid`],
  ])('has no credential, value or key in it: wrong credentials of %s', async (_, place) => {
    await use(place());
    onlyFaults();
  });

  it('has no credential, value or key in it: with the values in this process', async () => {
    await use(`redis://${USER}:${PASSWORD}@127.0.0.1:${redis.port}`, 'near');
    onlyFaults();
  });

  it.each([
    ['a password that is not encoded', `redis://${USER}:pa/${PASSWORD}@127.0.0.1`],
    ['another', `redis://${USER}:${PASSWORD}#1@127.0.0.1`],
    ['one with an @', `redis://${USER}:p@${PASSWORD}@127.0.0.1`],
    ['a URL without its scheme', `${USER}:${PASSWORD}@127.0.0.1:6379`],
    ['another scheme', `https://${USER}:${PASSWORD}@127.0.0.1:6379`],
    ['a socket', `unix://${USER}:${PASSWORD}%@/run/redis.sock`],
    ['a port that is none', `redis://${USER}:${PASSWORD}@127.0.0.1:65536000`],
    ['a node of a Cluster', { nodes: [`redis://${USER}:pa/${PASSWORD}@127.0.0.1`] }],
    ['the options of node-redis', { url: `redis://${USER}:${PASSWORD}@127.0.0.1` }],
  ])('has no part of the URL in it: %s', async (_, place) => {
    await use(place);
    expect(said.errors.length).toBeGreaterThan(0);
    expect(said.leaked(SECRETS, [KEY])).toEqual([]);
  });

  it.each(['info', 'get|mget', 'evalsha', 'eval', 'evalsha|eval', 'scan', 'time', 'script', 'unlink', 'set'])(
    'names neither the user nor a key where the user may not %s',
    async (commands) => {
      const denied = commands.split('|').map((command) => `-${command}`);
      await ask(redis, (client) =>
        client.acl('SETUSER', USER, 'reset', 'on', `>${PASSWORD}`, '~*', '&*', '+@all', ...denied),
      );
      await use(`redis://${USER}:${PASSWORD}@127.0.0.1:${redis.port}`);
      await ask(redis, (client) => client.acl('DELUSER', USER));
      expect(said.leaked(SECRETS, [KEY])).toEqual([]);
    },
  );

  it('names neither the user nor a key where the user may not touch the keys', async () => {
    await ask(redis, (client) => client.acl('SETUSER', USER, 'reset', 'on', `>${PASSWORD}`, '~other:*', '&*', '+@all'));
    await use(`redis://${USER}:${PASSWORD}@127.0.0.1:${redis.port}`);
    await ask(redis, (client) => client.acl('DELUSER', USER));
    onlyFaults();
  });
});
