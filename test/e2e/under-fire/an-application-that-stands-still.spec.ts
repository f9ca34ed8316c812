import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ask } from '../../support/redis/failover.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until } from '../../support/redis/until.js';

const ROOT = process.cwd();
const MAIN = join(ROOT, 'test/e2e/under-fire/application/stands-still.ts');
const REGISTER = join(ROOT, 'test/support/typescript/register.mjs');
const TIMEOUT_MS = 3_000;

type Told = { readonly is: 'ready' | 'asked' } | { readonly is: 'answered'; readonly outcomes: readonly object[] };

let redis: RedisServer;
let app: ChildProcess;

let dir: string;

beforeEach(async () => {
  redis = await startRedis();
  dir = await mkdtemp(join(tmpdir(), 'cascache-still-'));
});
afterEach(async () => {
  app.kill('SIGKILL');
  await Promise.all([redis.stop('SIGKILL'), rm(dir, { recursive: true })]);
});

const start = (...busyUntil: readonly string[]): void => {
  app = fork(MAIN, [String(redis.port), String(TIMEOUT_MS), ...busyUntil], {
    execArgv: ['--import', REGISTER],
    env: { ...process.env, CASCACHE_SOURCES: '1' },
  });
};

const heard = (what: Told['is']): Promise<Told> =>
  new Promise((resolve) => {
    const listen = (told: Told): void => {
      if (told.is !== what) return;
      app.off('message', listen);
      resolve(told);
    };
    app.on('message', listen);
  });

/** How it stands still from the moment on at which it has asked, and how it goes on. */
const WAYS = [
  ['is stopped', () => start(), () => app.kill('SIGSTOP'), async () => void app.kill('SIGCONT')],
  ['is busy', () => start(join(dir, 'go-on')), () => undefined, () => writeFile(join(dir, 'go-on'), '')],
] as const;

it.each(WAYS)(
  'an application that %s takes what arrived meanwhile for an answer in time, to a write and to a read',
  async (_, begin, stop, goOn) => {
    begin();
    await heard('ready');
    const generation = () => ask(redis, (client) => client.get('gen:{single:user:written}'));
    const before = await generation();
    process.kill(redis.pid as number, 'SIGSTOP');
    const asked = heard('asked');
    const answered = heard('answered');
    app.send({});
    await asked;
    stop();
    const stopped = performance.now();
    process.kill(redis.pid as number, 'SIGCONT');
    await until(async () => (await generation()) !== before, 'Redis had invalidated the key');
    await until(() => performance.now() - stopped > 1.5 * TIMEOUT_MS, 'the deadline had passed');
    await goOn();
    expect(await answered).toMatchObject({
      outcomes: [{ status: 'fulfilled' }, { status: 'fulfilled', value: 'cached' }],
    });
  },
  120_000,
);
