import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { KeyNames } from '../../../../lib/redis/cells/key-names.js';
import { DirectCommands } from '../../../../lib/redis/scripts/direct-commands.js';
import { Vetting } from '../../../../lib/redis/vetting/vetting.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';

const KEY = 'single:t:a';
const CELL = generationKey(KEY);

describe('while a master is vetted', () => {
  let server: RedisServer;
  let redis: Redis;
  let commands: DirectCommands;
  /** A process that trusts the server and knows nothing of its change. */
  let other: Process;
  let old: number;

  beforeEach(async () => {
    server = await startRedis();
    redis = new Redis({ port: server.port });
    commands = new DirectCommands(redis);
    other = new Process(server.url, { onFailover: 'trust' });
    old = await other.fill(KEY, 1);
  });

  afterEach(async () => {
    redis.disconnect();
    await other.close();
    await server.stop();
  });

  const vetting = (): Vetting => new Vetting(new KeyNames('', false), '', false);
  const another = (): [Redis, DirectCommands] => {
    const client = new Redis({ port: server.port });
    return [client, new DirectCommands(client)];
  };
  const cell = (): Promise<string | null> => ask(server, (client) => client.get(CELL));

  /** Calls `then` between two commands: when the server has answered this one. */
  const after = (name: string, then: () => Promise<unknown>, on = commands): void => {
    const call = on.call.bind(on);
    on.call = async (command) => {
      const answer = await call(command);
      if (command[0] === name) await then();
      return answer;
    };
  };

  it('an invalidation between the scan and the removal is at worst removed', async () => {
    after('scan', () => other.generations.bump(KEY));
    await vetting().vet(commands);
    expect(await cell()).toBeNull();
  });

  it('an invalidation and a fill between the removal and the marker stay', async () => {
    const call = commands.call.bind(commands);
    let again = 0;
    commands.call = async (command) => {
      const marks = command[0].startsWith('eval') && JSON.stringify(command).includes('cas:vetted-2');
      if (marks && again === 0) again = await other.fill(KEY, 2);
      return call(command);
    };
    await vetting().vet(commands);
    expect(again).toBeGreaterThan(old);
    expect(await other.hits(KEY, again)).toBe(true);
  });

  it('a late fill under what was removed is refused', async () => {
    await vetting().vet(commands);
    expect(await other.atomic.fill(KEY, old, Buffer.of(1), 1_000)).toBe(false);
  });

  it('a promotion between the question who it is and the marker: it is not trusted, and nothing is marked', async () => {
    after('scan', () =>
      ask(server, async (client) => {
        await client.replicaof('127.0.0.1', 1);
        await client.replicaof('NO', 'ONE');
      }),
    );
    await expect(vetting().vet(commands)).rejects.toThrow(/became another master/);
    expect(await ask(server, (client) => client.exists('cas:vetted-2'))).toBe(0);
  });

  it('a demotion fails it', async () => {
    after('scan', () => ask(server, (client) => client.replicaof('127.0.0.1', 1)));
    await expect(vetting().vet(commands)).rejects.toThrow(/READONLY/);
  });

  it('several connections of one process wait for one scan', async () => {
    const [client, second] = another();
    let scans = 0;
    const count = async (): Promise<void> => void scans++;
    // Whichever is told first who the server is begins.
    after('scan', count);
    after('scan', count, second);
    const both = vetting();
    const vetted = await Promise.all([both.vet(commands), both.vet(commands), both.vet(second)]);
    client.disconnect();
    expect(new Set(vetted).size).toBe(1);
    expect(scans).toBe(1);
  });

  it('a process that vets it at the same time neither believes what was lost, nor keeps this one from ending', async () => {
    const [one, two] = [vetting(), vetting()];
    const [client, second] = another();
    after('scan', () => two.vet(second));
    await one.vet(commands);
    client.disconnect();
    expect(await cell()).toBeNull();
    expect(await new Vetting(new KeyNames('', false), '', false).vet(commands)).toMatchObject({
      runId: expect.any(String),
    });
  });
});
