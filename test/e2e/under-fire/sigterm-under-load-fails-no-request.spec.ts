import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CasTopology } from 'nestjs-cascache';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until } from '../../support/redis/until.js';
import { Clients } from './application/clients.js';
import { RunningApplication } from './application/running-application.js';

const PER_SECOND = 200;

/** What the application owes and cannot announce any more is said, in one line. */
const OWING = /^[^\n]*\d+ failed invalidation\(s\) had not landed when the cache closed[^\n]*\n$/;

/** What Redis is like while the application runs, to its end, and what it writes. */
const STATES: readonly (readonly [string, CasTopology, (redis: RedisServer) => Promise<void>, RegExp])[] = [
  ['up', 'redis', async () => undefined, /^$/],
  ['down', 'near', (redis) => redis.down('SIGKILL'), OWING],
  ['frozen', 'tiered', async (redis) => void process.kill(redis.pid as number, 'SIGSTOP'), OWING],
];

describe.each(STATES)('an application that gets SIGTERM while Redis is %s (%s)', (_, topology, breakRedis, said) => {
  let redis: RedisServer;
  let running: RunningApplication | undefined;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    running?.signal('SIGKILL');
    await redis.stop('SIGKILL');
  });

  /** Load, the fault, SIGTERM in the middle of the load, the end of the process, the end of the load. */
  const run = async (ending: 'hooks' | 'close') => {
    const { app, port } = await RunningApplication.start(redis.port, topology, ending);
    running = app;
    const clients = new Clients(port);
    clients.start(PER_SECOND);
    await until(() => clients.answers.size > PER_SECOND / 4, 'the application had answered many requests');
    await breakRedis(redis);
    const before = clients.answers.size;
    await until(() => clients.answers.size > before + PER_SECOND / 2, 'it went on answering');
    app.signal('SIGTERM');
    const end = await app.ended;
    await clients.stop();
    const failed = [...app.began].filter((number) => clients.answers.get(number) !== 200);
    return { end, failed, output: app.output, began: app.began.size };
  };

  it('answers every request that it began, and ends by the signal', async () => {
    const { end, failed, output, began } = await run('hooks');
    expect({ end, failed }).toEqual({ end: { code: null, signal: 'SIGTERM' }, failed: [] });
    expect(output).toMatch(said);
    expect(began).toBeGreaterThan(PER_SECOND / 2);
  });

  it('leaves nothing that keeps its process alive', async () => {
    const { end, failed, output } = await run('close');
    expect({ end, failed }).toEqual({ end: { code: 0, signal: null }, failed: [] });
    expect(output).toMatch(said);
  });
});
