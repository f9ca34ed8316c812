import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { forwardTo } from '../../../support/redis/forwarder.js';
import type { Forwarder } from '../../../support/redis/forwarder.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const KEY = 'single:t:a';
/** What the documentation promises. */
const BOUND_MS = 1_000;

describe('behind one address, the master and its replica change places under open connections', () => {
  let old: RedisServer;
  let next: RedisServer;
  let endpoint: Forwarder;
  let reader: Process;

  beforeEach(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [old, next] = await Promise.all([startRedis({ args }), startRedis({ args })]);
    endpoint = await forwardTo(old);
    await replicate(old, next);
    reader = new Process(endpoint.url);
  });

  afterEach(async () => {
    await reader.close();
    await endpoint.close();
    await Promise.all([old.stop('SIGKILL'), next.stop('SIGKILL')]);
  });

  /** The old master is cut off from the new one, so that it never learns of an invalidation there. */
  const swap = async (): Promise<void> => {
    await ask(next, (client) => client.replicaof('NO', 'ONE'));
    endpoint.leadTo(next);
    await ask(old, (client) => client.replicaof('127.0.0.1', 1));
  };

  it('a process that only reads believes the old one for no longer than a proof lasts', async () => {
    const generation = await reader.fill(KEY, 1);
    expect(await reader.hits(KEY, generation)).toBe(true);
    await swap();
    const swapped = performance.now();
    let lastHit = swapped;
    await until(async () => {
      const asked = performance.now();
      const hit = await reader.hits(KEY, generation).catch(() => false);
      if (hit) lastHit = asked;
      return performance.now() - swapped > 2.5 * BOUND_MS;
    }, 'the reader had time enough');
    expect(lastHit - swapped).toBeLessThan(BOUND_MS);
  });

  it('the first read after a pause carries a proof', async () => {
    const generation = await reader.fill(KEY, 1);
    await swap();
    const paused = performance.now();
    await until(() => performance.now() - paused > BOUND_MS, 'the last proof was too old');
    expect(await reader.hits(KEY, generation).catch(() => false)).toBe(false);
  });
});
