import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { Process } from '../../../support/redis/cached-key.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEYS = Array.from({ length: 30 }, (_, n) => `single:t:${n}`);

describe('a Cluster of which nothing is left', () => {
  let cluster: RedisCluster;
  let process: Process;

  beforeAll(async () => {
    cluster = await startCluster();
    process = new Process({ nodes: cluster.nodes });
  });

  afterAll(async () => {
    await process.close();
    await cluster.stop();
  });

  it('is refused at once, and found when it is back', async () => {
    for (const key of KEYS) await process.fill(key, 1);
    await Promise.all(cluster.servers.map((server) => server.down('SIGKILL')));
    for (let n = 0; n < 3; n++) {
      const found = await process.generations.currentMany(KEYS);
      expect(found.every((reading) => reading instanceof CasUnavailableError)).toBe(true);
    }
    await Promise.all(cluster.servers.map((server) => server.up()));
    await until(() => works(() => Promise.all(KEYS.map((key) => process.fill(key, 2)))), 'it was found');
  });

  it('is found by a process that started before it', async () => {
    await Promise.all(cluster.servers.map((server) => server.down('SIGKILL')));
    const early = new Process({ nodes: cluster.nodes });
    await expect(early.generations.bump('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
    await Promise.all(cluster.servers.map((server) => server.up()));
    await until(() => works(() => Promise.all(KEYS.map((key) => early.fill(key, 3)))), 'it was found');
    await early.close();
  });
});
