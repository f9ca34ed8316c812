import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { singleKey } from '../../../../lib/keys/storage-keys.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { ask, promoteWithout } from '../../../support/redis/failover.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until, works } from '../../../support/redis/until.js';

const TAKEOVER = ['cluster', 'failover', 'takeover'] as const;

describe('a Cluster master that is replaced by its replica', () => {
  let cluster: RedisCluster;
  let key: string;
  let elsewhere: string;
  const processes: Process[] = [];

  const start = (options = {}): Process => {
    const process = new Process({ nodes: cluster.nodes }, options);
    processes.push(process);
    return process;
  };

  beforeAll(async () => {
    cluster = await startCluster({ replicas: 1 });
  });

  afterAll(() => cluster.stop());

  beforeEach(async () => {
    const namespace = freshNamespace();
    key = singleKey(namespace, 'a');
    const owner = await masterOf(key);
    for (let n = 0; ; n++) {
      elsewhere = singleKey(namespace, `b${n}`);
      if ((await masterOf(elsewhere)) !== owner) break;
    }
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    for (const server of cluster.servers) if (server.pid === undefined) await server.up();
    await until(isWhole, 'all servers were in their places again');
  });

  /** Whether each master has a replica. One that lost its slots twice in a row does not become one by itself. */
  async function isWhole(): Promise<boolean> {
    const infos = await Promise.all(
      cluster.servers.map((server) => ask(server, (client) => client.info('replication'))),
    );
    const nodes = await Promise.all(cluster.servers.map((server) => ask(server, (client) => client.cluster('NODES'))));
    const own = nodes.map((text) => /^.*myself.*$/m.exec(String(text))?.[0] ?? '');
    const hasSlots = own.map((line) => / connected \d/.test(line));
    const lonely = own.findIndex((_, n) => hasSlots[n] === true && !/slave0:\S*state=online/.test(infos[n] ?? ''));
    if (lonely === -1) {
      const views = nodes.map((text) => viewOf(String(text)));
      return (
        new Set(views).size === 1 && infos.every((info, n) => hasSlots[n] === true || info.includes('link_status:up'))
      );
    }
    const idle = cluster.servers.find((_, n) => hasSlots[n] === false && infos[n]?.includes('role:master'));
    if (idle !== undefined) {
      await ask(idle, async (client) => {
        await client.flushall();
        await client.call('cluster', 'replicate', own[lonely]?.split(' ')[0] as string);
      }).catch(() => undefined);
    }
    return false;
  }

  async function masterOf(name: string): Promise<RedisServer> {
    let master: RedisServer | undefined;
    await until(async () => {
      // Nobody has a slot whose next owner is not known yet.
      const node: { port: number } | undefined = await ownerOf(cluster.nodes, await slotOf(cluster.nodes, name));
      master = cluster.servers.find(({ port }) => port === node?.port);
      return master !== undefined;
    }, 'it was known who has the slot');
    return master as unknown as RedisServer;
  }

  async function replicaOf(master: RedisServer): Promise<RedisServer> {
    let replica: RedisServer | undefined;
    await until(async () => {
      for (const server of cluster.servers) {
        const info = await ask(server, (client) => client.info('replication'));
        if (info.includes('role:slave') && info.includes(`master_port:${master.port}\r`)) replica = server;
      }
      return replica !== undefined;
    }, 'the master had a replica');
    return replica as unknown as RedisServer;
  }

  /** From now on the replica is the master. */
  const failOverWithout = async (
    work: () => Promise<unknown>,
    crash = false,
  ): Promise<readonly [RedisServer, RedisServer]> => {
    const master = await masterOf(key);
    const replica = await replicaOf(master);
    await promoteWithout(work, { master, replica, by: TAKEOVER, key, crash });
    return [master, replica];
  };

  /** Whether what was filled is ever a hit, until the new master was read from. */
  const isEverHit = async (process: Process, generation: number, server: RedisServer): Promise<boolean> => {
    await ask(server, (client) => client.config('RESETSTAT'));
    let hit = false;
    const isRead = async (): Promise<boolean> => {
      const found = await process.hits(key, generation).catch(() => undefined);
      hit ||= found === true;
      return found !== undefined;
    };
    await until(
      async () =>
        (await isRead()) &&
        ask(server, async (client) => (await client.info('commandstats')).includes('cmdstat_mget:')),
      'the new master was read from',
    );
    // Nodes that have not heard of it yet may lead a reader back for a while.
    await until(isRead, 'it was read from again');
    return hit;
  };

  it('serves none of the values whose invalidation the replica never got, and other masters keep theirs', async () => {
    const process = start();
    const generation = await process.fill(key, 1);
    const other = await process.fill(elsewhere, 1);
    const [, promoted] = await failOverWithout(() => process.atomic.invalidate(key));
    expect(await isEverHit(process, generation, promoted)).toBe(false);
    const later = start();
    await until(() => works(() => later.atomic.read(key)), 'it was known to a process that starts now');
    expect(await later.hits(key, generation)).toBe(false);
    expect(await process.hits(elsewhere, other)).toBe(true);
  });

  it("serves them with onFailover: 'trust'", async () => {
    const process = start({ onFailover: 'trust' });
    const generation = await process.fill(key, 1);
    await failOverWithout(() => process.atomic.invalidate(key));
    await until(() => process.hits(key, generation).catch(() => false), 'the old value came back');
  });

  it('serves none of them when the master is gone, and goes on serving the others', async () => {
    const process = start();
    const generation = await process.fill(key, 1);
    const other = await process.fill(elsewhere, 1);
    const [, replica] = await failOverWithout(() => process.atomic.invalidate(key), true);
    expect(await process.hits(elsewhere, other)).toBe(true);
    expect(await isEverHit(process, generation, replica)).toBe(false);
  });

  it('and then by its master again, under connections that stay open, is noticed', async () => {
    const reader = start();
    const generation = await reader.fill(key, 1);
    expect(await reader.hits(key, generation)).toBe(true);
    const [first, second] = await failOverWithout(async () => undefined);
    const writer = start();
    await until(() => works(() => writer.fill(key, 2)), 'the promoted one was used');
    const restored = await writer.generations.current(key);
    await until(isWhole, 'the first one was a replica');
    expect(await replicaOf(second)).toBe(first);
    await failOverWithout(() => writer.atomic.invalidate(key));
    expect(await isEverHit(reader, restored, first)).toBe(false);
    expect(await reader.hits(key, generation)).toBe(false);
  });

  it('does not lose an invalidation that waited for the replica', async () => {
    const process = start({ waitReplicas: 1, waitTimeout: 1_000, onFailover: 'trust' });
    const generation = await process.fill(key, 1);
    await process.atomic.invalidate(key);
    const [, promoted] = await failOverWithout(async () => undefined);
    expect(await isEverHit(process, generation, promoted)).toBe(false);
    await until(() => works(() => process.generations.bump(key)), 'replicas had an invalidation again');
  });
});

/** Who has which slots since which epoch, as one node sees it. */
function viewOf(nodes: string): string {
  const lines = nodes.trim().split('\n');
  const seen = lines.map((line) => {
    const [id, , flags, master, , , epoch, , ...slots] = line.split(' ');
    return [id, flags?.replace('myself,', ''), master, epoch, ...slots].join(' ');
  });
  return seen.toSorted().join('\n');
}
