import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { singleKey } from '../../../../lib/keys/storage-keys.js';
import { slotOf } from '../../../support/redis/cluster-slots.js';
import { ask } from '../../../support/redis/failover.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../../support/redis/redis-server.mjs';
import { ReplicasUnderLoad } from '../../../support/redis/replicas-under-load.js';
import type { Writing } from '../../../support/redis/replicas-under-load.js';
import { until } from '../../../support/redis/until.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('a Cluster master that is replaced by its replica while it is in use', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await startCluster({ replicas: 1 });
  });

  afterAll(() => cluster.stop());

  /** The master of the key's slot, and its replica if that is known. */
  const pairOf = async (key: string): Promise<readonly (RedisServer | undefined)[]> => {
    const slot = await slotOf(cluster.nodes, singleKey('load', key));
    const running = cluster.servers.find(({ pid }) => pid !== undefined) as RedisServer;
    const ranges = await ask(running, (client) => client.cluster('SLOTS'));
    const [, , ...nodes] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [0, 0];
    return nodes.map(([, port]) => cluster.servers.find((server) => server.port === port));
  };

  it.each([
    ['by CLUSTER FAILOVER', false],
    ['by CLUSTER FAILOVER FORCE, after it was killed', true],
  ])(
    '%s: nothing is stale, and all goes on as before',
    async (_, killed) => {
      const writing: Writing = 'invalidating';
      const load = new ReplicasUnderLoad(
        { nodes: cluster.nodes.slice(0, 3) },
        new Map(KEYS.map((key) => [key, writing])),
      );
      load.start();
      try {
        await until(async () => (await load.trouble()) === undefined, 'all was well');
        await until(async () => (await pairOf('a')).length === 2, 'everybody knew the replica');
        const [master, replica] = (await pairOf('a')) as [RedisServer, RedisServer];
        if (killed) await master.down('SIGKILL');
        let asked = 0;
        await until(
          async () => {
            // A failover that got no votes within five seconds is given up by the server: ask again, as an operator
            // would.
            if (Date.now() - asked > 6_000) {
              asked = Date.now();
              await ask(replica, (client) => client.call('cluster', 'FAILOVER', ...(killed ? ['FORCE'] : []))).catch(
                () => {},
              );
            }
            return (await pairOf('a'))[0] === replica;
          },
          'the replica was the master',
          40_000,
        );
        await load.goesOn();
        expect(load.stale).toEqual([]);
        expect(load.errors.filter((error) => !(error instanceof CasInvalidateError))).toEqual([]);
        await until(async () => (await load.trouble()) === undefined, 'all was well again');
      } finally {
        await load.close();
      }
    },
    90_000,
  );
});
