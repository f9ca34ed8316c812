import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheService } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { ask } from '../../support/redis/failover.js';
import { startCluster, startRedis, startSentinel } from '../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../support/redis/redis-server.mjs';

type Given = Pick<CasCacheModuleOptions, 'redis' | 'topology' | 'waitReplicas'>;

const REGISTER = join(process.cwd(), 'test/support/typescript/register.mjs');
const DO_NOT_COMPILE = join(process.cwd(), 'test/e2e/lifecycle/application/do-not-compile.ts');

const { compile, start } = applications();

let server: RedisServer;
let sentinel: RedisServer;
let cluster: RedisCluster;

beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis(), startCluster()]);
  sentinel = await startSentinel(server);
});
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([server.stop(), sentinel.stop(), cluster.stop()]);
});

const standalone = () => ({ host: '127.0.0.1', port: server.port });
const PLACES: readonly (readonly [string, () => Given])[] = [
  ['topology redis', () => ({ redis: standalone() })],
  ['topology near', () => ({ redis: standalone(), topology: 'near' })],
  ['topology tiered', () => ({ redis: standalone(), topology: 'tiered' })],
  ['replicas to wait for', () => ({ redis: standalone(), waitReplicas: 1 })],
  [
    'Sentinel',
    () => ({ redis: { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' }, waitReplicas: 1 }),
  ],
  ['a Cluster', () => ({ redis: { nodes: cluster.nodes }, waitReplicas: 1 })],
];

/** How many clients the servers have, but for the one that asks. */
async function clients(): Promise<number> {
  const servers = [server, ...cluster.servers];
  const lists = await Promise.all(
    servers.map((one) => ask(one, (client) => client.call('client', 'list', 'type', 'normal'))),
  );
  return lists.reduce<number>((sum, list) => sum + String(list).trim().split('\n').length - 1, 0);
}

const cacheOf = async (given: Given, begin = compile): Promise<CasCacheService<number>> => {
  const root = CasCacheModule.forRoot({ ...given, logger: false, defaults: { timeout: '10s' } });
  const app = await begin({ imports: [root, CasCacheModule.forFeature('user')] });
  return app.get(CasCacheRegistry).get('user') as CasCacheService<number>;
};

it('applications that do not compile let their process end', async () => {
  const given = PLACES.map(([, options]) => options());
  const child = spawn(process.execPath, ['--import', REGISTER, DO_NOT_COMPILE, JSON.stringify(given)], {
    env: { ...process.env, CASCACHE_SOURCES: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, output }).toEqual({ code: 0, output: 'another provider throws\n'.repeat(PLACES.length) });
});

describe('a module that was compiled and not initialised', () => {
  it.each(PLACES)(
    'has no connection before its cache is used, and the first use connects: %s',
    async (place, given) => {
      const before = await clients();
      const { waitReplicas: _none, ...rest } = given();
      const cache = await cacheOf(rest);
      // Whoever connects later is seen later.
      expect(await clients()).toBe(before);
      expect(await cache.getOrLoad(place, () => 1)).toBe(1);
      expect(await cache.getOrLoad(place, () => 2)).toBe(1);
      expect(await clients()).toBeGreaterThan(before);
      await cache.invalidate(place);
      expect(await cache.getOrLoad(place, () => 3)).toBe(3);
      expect(Object.values(cache.stats().faults).every((count) => count === 0)).toBe(true);
    },
  );

  it('is connected once it is initialised, used or not', async () => {
    const before = await clients();
    await cacheOf({ redis: standalone() }, start);
    expect(await clients()).toBeGreaterThan(before);
  });

  it('closes without having been used', async () => {
    const before = await clients();
    for (const [, given] of PLACES) {
      const app = await compile({ imports: [CasCacheModule.forRoot({ ...given(), logger: false })] });
      await app.close();
    }
    expect(await clients()).toBe(before);
  });
});

it('the first read has its whole deadline for the connection and the vetting', async () => {
  const writer = await cacheOf({ redis: standalone() }, start);
  expect(await writer.getOrLoad('first', () => 1)).toBe(1);
  const door = createServer();
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const cache = await cacheOf({ redis: { host: '127.0.0.1', port } });
  const read = cache.get('first');
  const sockets = (await once(door, 'connection')) as [Socket];
  try {
    const [client] = sockets;
    // It is connected, and asks; only then is there a server that answers.
    await once(client, 'readable');
    const behind = connect(server.port, '127.0.0.1');
    sockets.push(behind);
    client.pipe(behind).pipe(client);
    expect(await read).toBe(1);
  } finally {
    for (const socket of sockets) socket.on('error', () => undefined).destroy();
    door.close();
  }
});
