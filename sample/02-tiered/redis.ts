import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RedisOptionsLike } from 'nestjs-cascache';

export interface Redis {
  readonly where: RedisOptionsLike | string;
  /** What to call it. */
  readonly name: string;
  stop(): Promise<void>;
}

const START_MS = 5_000;

/** The Redis of `REDIS_URL`, or else one of this run's own, if there is a `redis-server`. */
export async function findRedis(): Promise<Redis | undefined> {
  const { REDIS_URL, REDIS_SERVER_BIN = 'redis-server' } = process.env;
  if (REDIS_URL === undefined) return startRedis(REDIS_SERVER_BIN);
  return { where: REDIS_URL, name: 'the Redis of REDIS_URL', stop: async () => undefined };
}

/**
 * On a socket in a folder of its own, with nothing on disk. Ends with this process. `undefined` if it does not start.
 */
async function startRedis(program: string): Promise<Redis | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-02-'));
  const path = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  });
  const remove = (): void => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
    remove();
  };
  const ready = new Promise<boolean>((resolve) => {
    const lines = createInterface(server.stdout);
    lines.on('line', (line) => {
      if (/ready to accept connections/i.test(line)) resolve(true);
    });
    void once(lines, 'close').then(() => resolve(false));
    void ended.then(() => resolve(false));
    setTimeout(() => resolve(false), START_MS).unref();
  });
  if (await ready) return { where: { path }, name: 'a redis-server of this run', stop };
  await stop();
  return undefined;
}
