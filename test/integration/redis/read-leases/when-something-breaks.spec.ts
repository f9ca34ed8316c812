import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { CasInvalidateError } from '../../../../lib/write-errors.js';
import { ask } from '../../../support/redis/failover.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

const REGISTER = join(process.cwd(), 'test/support/typescript/register.mjs');
const PROGRAM = join(process.cwd(), 'test/support/redis/leased-process.ts');
const DELTA_MS = 300;

let server: RedisServer;
let namespace: string;
let open: LeasedCache[] = [];
let child: ChildProcessWithoutNullStreams | undefined;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

beforeEach(() => {
  namespace = freshNamespace();
});

afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function holding(): Promise<LeasedCache> {
  const one = new LeasedCache(server.url, { namespace, deltaMs: DELTA_MS });
  open.push(one);
  return one.holding();
}

/** Two caches, both of which serve the key by a lease, once the registry is young no more. */
async function serving(key: string): Promise<[LeasedCache, LeasedCache]> {
  const [one, other] = [await holding(), await holding()];
  await one.cache.invalidate('another');
  await one.served(key, 'v1');
  await other.served(key, 'v1');
  return [one, other];
}

describe('read leases when something breaks', () => {
  it('a process that stands still is waited for once, and serves nothing old when it goes on', async () => {
    const one = await holding();
    child = spawn(process.execPath, ['--import', REGISTER, PROGRAM, server.url, namespace, String(DELTA_MS)]);
    child.stderr.resume();
    const lines = createInterface(child.stdout);
    const says = async (command: string): Promise<unknown> => {
      const answer = once(lines, 'line') as Promise<unknown[]>;
      child?.stdin.write(`${command}\n`);
      return (await answer)[0];
    };
    expect(await says('serve a')).toBe('served');
    expect(await says('sync a')).toBe('a');

    child.kill('SIGSTOP');
    await one.cache.invalidate('a');
    expect(one.leases).toMatchObject({ timedOut: 1 });
    await until(async () => {
      if (one.leases.reaped === 1) return true;
      // A writer that is too busy to strike it off at once leaves that to the next one which waits for it.
      await one.cache.invalidate('a');
      return false;
    }, 'the process that stands still was struck off');
    const { timedOut } = one.leases;
    await one.cache.invalidate('a');
    expect(one.leases).toMatchObject({ timedOut });

    const answer = says('sync a');
    child.kill('SIGCONT');
    expect(await answer).toBe('undefined');
  });

  it('a subscription that is killed ends the lease, and the next one begins anew', async () => {
    const [one, other] = await serving('a');
    const before = other.leases.epochs.subscription;
    await ask(server, (client) => client.call('client', 'kill', 'type', 'pubsub'));
    await until(() => other.leases.epochs.subscription > before && other.leases.holding, 'it holds a lease again');
    expect(other.cache.getSync('a')).toBeUndefined();
    await other.served('a', 'v1');
    await until(() => one.leases.holding, 'so does the writer');
    await one.cache.invalidate('a');
    expect(other.cache.getSync('a')).toBeUndefined();
    expect(await other.cache.get('a')).toBeUndefined();
  });

  it('a registry that is deleted makes the next invalidation wait until no lease of before can be left', async () => {
    const [one, other] = await serving('a');
    await ask(server, (client) => client.del(`leases:{${namespace}}`));
    const { young } = one.leases;
    await one.cache.invalidate('a');
    expect(one.leases.young).toBe(young + 1);
    expect(other.cache.getSync('a')).toBeUndefined();
    await until(() => other.leases.epochs.registry > 1, 'it has seen that the registry is another one');
    await other.served('a', 'v2');
    await one.cache.invalidate('a');
    expect(other.cache.getSync('a')).toBeUndefined();
  });

  it('FLUSHALL ends nothing that is acknowledged', async () => {
    const [one, other] = await serving('a');
    await ask(server, (client) => client.flushall());
    await one.cache.invalidate('a');
    expect(other.cache.getSync('a')).toBeUndefined();
    expect(await other.cache.get('a')).toBeUndefined();
  });

  it('a registry of another type, or of another server, is replaced', async () => {
    const [one, other] = await serving('a');
    for (const spoil of [
      ['set', `leases:{${namespace}}`, 'no list'],
      ['hset', `leases:{${namespace}}`, 'run', 'of a snapshot'],
    ] as const) {
      const [name, ...args] = spoil;
      await other.served('a', 'v');
      await ask(server, async (client) => {
        if (name === 'set') await client.del(args[0]);
        await client.call(name, ...args);
      });
      await one.cache.invalidate('a');
      expect(other.cache.getSync('a')).toBeUndefined();
    }
    expect(one.leases.young).toBeGreaterThanOrEqual(2);
  });

  it('an invalidation that cannot be told has failed, and is retried until it lands', async () => {
    const [one, other] = await serving('a');
    await ask(server, (client) => client.call('acl', 'setuser', 'default', 'resetchannels'));
    const failed = await one.cache.invalidate('a').catch((error: unknown) => error as CasInvalidateError);
    expect(failed?.code).toBe('CAS_INVALIDATE');
    expect(String(failed?.failures.get('a'))).toContain('+publish +subscribe ~leases:* and the channels &leases:*');
    expect(one.cache.stats().pendingInvalidations.keys).toBe(1);
    await ask(server, (client) => client.call('acl', 'setuser', 'default', 'allchannels'));
    await until(() => one.cache.stats().pendingInvalidations.keys === 0, 'it has landed');
    expect(other.cache.getSync('a')).toBeUndefined();
  });

  it('a restart of the server ends every lease, and they come back', async () => {
    const [one, other] = await serving('a');
    await server.down('SIGKILL');
    await until(() => !other.leases.holding, 'the lease is over');
    expect(other.cache.getSync('a')).toBeUndefined();
    await server.up();
    await until(() => one.leases.holding && other.leases.holding, 'they hold leases again');
    await other.served('a', 'v2');
    await one.cache.invalidate('a');
    expect(other.cache.getSync('a')).toBeUndefined();
  });
});
