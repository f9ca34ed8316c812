import { describe, expect, it } from '@jest/globals';

import type { AtomicStore } from '../../../../lib/contracts/atomic-store.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { freshNamespace, sharedCluster } from '../../../support/redis/shared-redis.js';

describe('one node of a Redis Cluster, given as if it were all', () => {
  it('says of the keys of other nodes that the option is `nodes`', async () => {
    const [node] = (await sharedCluster()).nodes as { host: string; port: number }[];
    const connection = new RedisConnection({ ...node }, { onWarning: () => undefined });
    const generations = new RedisGenerationStore(connection);
    const atomic = new RedisProvider(connection).atomicWith(generations) as AtomicStore;
    const namespace = freshNamespace();
    const keys = Array.from({ length: 30 }, (_, i) => `single:${namespace}:${i}`);
    try {
      const bumps = await generations.bumpMany(keys);
      const reads = await Promise.all(keys.map((key) => atomic.read(key).catch((error: unknown) => error)));
      for (const answers of [bumps, reads]) {
        const faults = answers.filter((answer) => answer instanceof Error);
        expect(faults.length).toBeGreaterThan(0);
        for (const fault of faults) {
          expect(fault).toBeInstanceOf(CasUnavailableError);
          expect(fault.message).toContain('one node of a Redis Cluster');
          expect(fault.message).toContain('redis: { nodes: [{ host, port }] }');
        }
      }
    } finally {
      await connection.close();
    }
  });
});
