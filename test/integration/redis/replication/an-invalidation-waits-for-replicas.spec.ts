import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

describe('with waitReplicas', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let writer: Process;

  beforeEach(async () => {
    [master, replica] = await Promise.all([startRedis({ args: AT_ONCE }), startRedis({ args: AT_ONCE })]);
    await replicate(master, replica);
    writer = new Process(master.url, { waitReplicas: 1, waitTimeout: 500 });
  });

  afterEach(async () => {
    await writer.close();
    await Promise.all([master, replica].map((server) => server.stop('SIGKILL')));
  });

  const isDone = (generation: Promise<unknown>): Promise<boolean> => works(() => generation);

  it('an invalidation is on the replica when it has resolved, also one whose script the server did not know', async () => {
    // A master that is still to be vetted takes invalidations, and loses them with what it had.
    await writer.connection.connect();
    for (let n = 0; n < 3; n++) {
      const generation = await writer.generations.bump(KEY);
      expect(await ask(replica, (client) => client.get(generationKey(KEY)))).toBe(String(generation));
    }
    const many = Array.from({ length: 20 }, (_, n) => `single:t:${n}`);
    await writer.generations.bumpMany(many);
    expect(await ask(replica, (client) => client.exists(...many.map((key) => generationKey(key))))).toBe(20);
  });

  it('it fails while the replica does not answer, and says what to change; it was carried out all the same', async () => {
    const generation = await writer.fill(KEY, 1);
    process.kill(replica.pid as number, 'SIGSTOP');
    const failed = await writer.generations.bump(KEY).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CasUnavailableError);
    expect(String(failed)).toMatch(/0 of 1 replicas .* lower waitReplicas/);
    expect((await writer.generations.bumpMany([KEY, 'single:t:b'])).every((each) => each instanceof Error)).toBe(true);
    expect(await writer.hits(KEY, generation)).toBe(false);
    process.kill(replica.pid as number, 'SIGCONT');
    expect(await isDone(writer.generations.bump(KEY))).toBe(true);
  });

  it('it fails on a master that has no replica any more, also over a connection made after that', async () => {
    await replica.down('SIGKILL');
    await expect(writer.generations.bump(KEY)).rejects.toThrow(/0 of 1 replicas/);
    await ask(master, (client) => client.call('client', 'kill', 'type', 'normal'));
    await until(() => works(() => writer.generations.current(KEY)), 'it was connected again');
    await until(async () => {
      const failed = await writer.generations.bump(KEY).catch((error: unknown) => error);
      return String(failed).includes('0 of 1 replicas');
    }, 'it was asked again');
    await expect(writer.generations.bumpMany([KEY])).resolves.toEqual([expect.any(CasUnavailableError)]);
  });

  it('when its connection breaks before the replica has it, both are sent again, and it resolves no sooner', async () => {
    await writer.close();
    writer = new Process(master.url, { waitReplicas: 1, waitTimeout: 10_000 });
    writer.generations.expectDeadline(10_000);
    await writer.generations.bump(KEY);
    process.kill(replica.pid as number, 'SIGSTOP');
    let resolved = false;
    const bumping = writer.generations.bump(KEY).finally(() => {
      resolved = true;
    });
    await ask(master, async (client) => {
      await until(async () => /^blocked_clients:1/m.test(await client.info('clients')), 'it waited for the replica');
      await client.config('RESETSTAT');
      await client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
      const isSentAgain = async (): Promise<boolean> => /cmdstat_evalsha/.test(await client.info('commandstats'));
      await until(isSentAgain, 'it was sent again');
      await until(async () => /^blocked_clients:1/m.test(await client.info('clients')), 'it waited again');
    });
    expect(resolved).toBe(false);
    process.kill(replica.pid as number, 'SIGCONT');
    const issued = await bumping;
    expect(await ask(replica, (client) => client.get(generationKey(KEY)))).toBe(String(issued));
  });

  it('reads do not stand behind it', async () => {
    const generation = await writer.fill(KEY, 1);
    process.kill(replica.pid as number, 'SIGSTOP');
    let bumped = false;
    const bump = writer.generations.bump('single:t:b').catch(() => {
      bumped = true;
    });
    expect(await writer.hits(KEY, generation)).toBe(true);
    expect(bumped).toBe(false);
    process.kill(replica.pid as number, 'SIGCONT');
    await bump;
  });

  it('those that come while one waits share the next wait', async () => {
    await writer.generations.bump(KEY);
    await ask(master, (client) => client.config('RESETSTAT'));
    await Promise.all(Array.from({ length: 50 }, (_, n) => writer.generations.bump(`single:t:${n}`)));
    const stats = await ask(master, (client) => client.info('commandstats'));
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('50');
    expect(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
  });

  it('an intent is on the replica when it is open', async () => {
    await writer.connection.connect();
    expect(await writer.generations.intents.open([KEY], 'writer', 60_000)).toEqual([undefined]);
    expect(await ask(replica, (client) => client.get(generationKey(KEY)))).toMatch(/^!\d+;writer=\d+$/);
  });

  it('parts on connections that differ in it are not joined', async () => {
    const source = { port: master.port };
    const [plain, waiting] = [new RedisConnection(source), new RedisConnection(source, { waitReplicas: 1 })];
    expect(plain.reaches(waiting)).toBe(false);
    expect(() => new RedisProvider(plain, { waitReplicas: 1 })).toThrow(/has its waitReplicas already/);
    await Promise.all([plain.close(), waiting.close()]);
  });
});
