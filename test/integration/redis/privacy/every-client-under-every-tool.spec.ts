import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Report, Task } from '../../../privacy/application.js';
import { prepare } from '../../../privacy/prepare.mjs';
import { PLANTED, PLANTED_TAGS, TRAFFIC, TRAFFIC_OF_LEASES } from '../../../support/redis/every-feature.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';
import { sharedCluster } from '../../../support/redis/shared-redis.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const PASSWORD = 'planted-password-1b2d';
const INSTALL_MS = 240_000;
const MINUTE = 60_000;

/**
 * The oldest ioredis that the package takes, the last of its major, and that of the next: what npm installs for them.
 */
const CLIENTS = ['ioredis-5-oldest', 'ioredis-5', 'ioredis-6'] as const;
type Client = (typeof CLIENTS)[number];
/** The oldest publishes nothing on channels. */
const WATCHED = [
  ['ioredis-5', 'channels'],
  ['ioredis-6', 'channels'],
  ['ioredis-5-oldest', 'spans'],
  ['ioredis-5', 'spans'],
  ['ioredis-6', 'spans'],
] as const;

let servers: RedisServer[] = [];
let places: Task['places'] = [];

beforeAll(() => prepare(), INSTALL_MS);

beforeAll(async () => {
  const guarded = await startRedis();
  servers = [guarded];
  await ask(guarded, (client) => client.config('SET', 'requirepass', PASSWORD));
  const master = await startRedis();
  servers = [guarded, master];
  const sentinel = await startSentinel(master);
  servers = [guarded, master, sentinel];
  places = [
    { cluster: false, options: { port: guarded.port, password: PASSWORD } },
    { cluster: false, options: { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' } },
    { cluster: true, options: await sharedCluster() },
  ];
}, MINUTE);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
});

async function watch(client: Client, tool: Task['tool'], plain = false): Promise<Report> {
  const task: Task = { client, tool, places: plain ? places.slice(0, 1) : places, passwords: [PASSWORD] };
  const hooks = ['./test/support/typescript/register.mjs', './test/privacy/register.mjs'];
  const args = [...hooks.flatMap((hook) => ['--import', hook]), './test/privacy/application.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      CASCACHE_SOURCES: '1',
      PRIVACY_CLIENT: client,
      PRIVACY_PLAIN: plain ? '1' : '0',
      PRIVACY_TASK: JSON.stringify(task),
    },
    timeout: MINUTE,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report;
}

describe('an application that uses all of the cache', () => {
  it.each(WATCHED)(
    'on %s shows no key, no value, no password and no error: %s',
    async (client, tool) => {
      const { commands, errors, leaked } = await watch(client, tool);
      expect(commands).toEqual(expect.arrayContaining([...TRAFFIC, ...TRAFFIC_OF_LEASES]));
      // Before Redis 7 a server says first that it does not know the flags of scripts, and then has none of them yet.
      const ofFlags = /compiling script.*near '#'|^NOSCRIPT/;
      const told = errors.filter((error) => KNOWS_SCRIPT_FLAGS || !ofFlags.test(error));
      expect({ errors: told, leaked }).toEqual({ errors: [], leaked: [] });
    },
    MINUTE,
  );

  it.each([
    ['ioredis-6', 'channels'],
    ['ioredis-5-oldest', 'spans'],
  ] as const)(
    'on %s would show key and value if its commands were plain ones: %s',
    async (client, tool) => {
      expect((await watch(client, tool, true)).leaked).toEqual([
        ...Object.values(PLANTED),
        ...Object.values(PLANTED_TAGS),
      ]);
    },
    MINUTE,
  );
});
