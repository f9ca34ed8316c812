import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { KeyNames } from '../../../../lib/redis/cells/key-names.js';
import { DirectCommands } from '../../../../lib/redis/scripts/direct-commands.js';
import { markerName } from '../../../../lib/redis/vetting/marker.js';
import { Vetting } from '../../../../lib/redis/vetting/vetting.js';
import { Process } from '../../../support/redis/cached-key.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { startCluster, startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';

type Node = RedisCluster['nodes'][number];

/** The one without slots, among the nodes. */
const SPARE = 3;

describe('the masters of a Cluster', () => {
  let cluster: RedisCluster;
  let redis: Redis[];

  beforeAll(async () => {
    cluster = await startCluster({ spares: 1 });
    redis = cluster.nodes.map((node) => new Redis({ ...node }));
  });

  afterAll(async () => {
    for (const client of redis) client.disconnect();
    await cluster.stop();
  });

  const at = (node: Node): Redis => redis[cluster.nodes.indexOf(node)] as Redis;
  const masterOf = async (key: string): Promise<Redis> =>
    at(await ownerOf(cluster.nodes, await slotOf(cluster.nodes, key)));
  const vetting = (prefix = ''): Vetting => new Vetting(new KeyNames(prefix, true), prefix, true);

  it('have each a marker of their own, in a slot of theirs, and one without slots has none', async () => {
    const names = await Promise.all(redis.map((client) => markerName(new DirectCommands(client), 'app:', true)));
    expect(names[SPARE]).toBeUndefined();
    const withSlots = names.slice(0, 3) as string[];
    expect(new Set(withSlots).size).toBe(3);
    for (const [n, name] of withSlots.entries()) {
      expect(name).toMatch(/^app:cas:vetted-2:\{\d+\}$/);
      expect(await masterOf(name)).toBe(redis[n]);
    }
  });

  it('have it where all keys are, when the prefix decides the slot; the others need none', async () => {
    const names = await Promise.all(redis.map((client) => markerName(new DirectCommands(client), '{app}:', true)));
    expect(names.filter((name) => name !== undefined)).toEqual(['{app}:cas:vetted-2']);
    expect(names[redis.indexOf(await masterOf('{app}:x'))]).toBe('{app}:cas:vetted-2');
    for (const client of redis)
      expect(await vetting('{app}:').vet(new DirectCommands(client))).toMatchObject({ since: expect.any(String) });
  });

  it('have it also with a prefix that has half a tag', async () => {
    for (const client of redis.slice(0, 3)) {
      const name = await markerName(new DirectCommands(client), 'a{b', true);
      expect(await masterOf(String(name))).toBe(client);
    }
  });

  it('keep what is cached when they are vetted by their markers', async () => {
    const process = new Process({ nodes: cluster.nodes });
    const keys = Array.from({ length: 20 }, (_, n) => `single:kept:${n}`);
    const generations = await Promise.all(keys.map((key) => process.fill(key, 1)));
    await process.close();
    const later = new Process({ nodes: cluster.nodes });
    for (const [n, key] of keys.entries()) expect(await later.hits(key, generations[n] as number)).toBe(true);
    await later.close();
  });

  it('lose what arrived at one while it had no slots, which has no marker to go by', async () => {
    const key = 'single:t:moving';
    const process = new Process({ nodes: cluster.nodes.slice(0, 3) });
    await process.fill(key, 1);
    const slot = await slotOf(cluster.nodes, key);
    const move = { slot, from: await ownerOf(cluster.nodes, slot), to: cluster.nodes[SPARE] as Node };
    await beginMove(move);
    await moveKeys(move);
    const client = at(move.to);
    const arrived = async (name: string): Promise<unknown> => {
      const [, [, found] = []] = (await client.pipeline().call('asking').call('get', [name]).exec()) ?? [];
      return found;
    };
    expect(await arrived(generationKey(key))).toMatch(/^\d+$/);
    await vetting().vet(new DirectCommands(client));
    expect(await arrived(generationKey(key))).toBeNull();
    expect(await arrived(key)).not.toBeNull();

    // It goes on in use while the slot moves, and after it.
    const again = await process.fill(key, 2);
    expect(await process.hits(key, again)).toBe(true);
    await endMove(move);
    expect(await process.hits(key, again)).toBe(true);
    await process.close();
  });

  it('that are not one: Redis alone has one marker for all', async () => {
    const server = await startRedis();
    const client = new Redis({ port: server.port });
    expect(await markerName(new DirectCommands(client), 'app:', false)).toBe('app:cas:vetted-2');
    client.disconnect();
    await server.stop();
  });
});
