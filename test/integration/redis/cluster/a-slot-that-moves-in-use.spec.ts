import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { generationKey, singleKey } from '../../../../lib/keys/storage-keys.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import type { SlotMove } from '../../../support/redis/cluster-slots.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { ReplicasUnderLoad } from '../../../support/redis/replicas-under-load.js';
import type { Writing } from '../../../support/redis/replicas-under-load.js';

describe('a Cluster slot that is moved key by key while it is read and written', () => {
  let cluster: RedisCluster;
  let load: ReplicasUnderLoad;
  let count = 0;
  let moving: string[];
  let resting: string[];

  beforeAll(async () => {
    cluster = await startCluster({ spares: 1 });
  });

  afterAll(() => cluster.stop());

  beforeEach(() => {
    // A slot of its own for each test.
    const tag = `{m${++count}}`;
    moving = [1, 2, 3, 4].map((n) => `${tag}${n}`);
    resting = [1, 2, 3].map((n) => `r${count}-${n}`);
    const writing = (_: string, n: number): Writing => (n % 2 === 0 ? 'invalidating' : 'under intents');
    const keys = [...moving, ...resting].map((key, n) => [key, writing(key, n)] as const);
    load = new ReplicasUnderLoad({ nodes: cluster.nodes.slice(0, 3) }, new Map(keys));
    load.start();
  });

  afterEach(() => load.close());

  const moveTo = async (choose: (from: number) => number): Promise<SlotMove> => {
    const slot = await slotOf(cluster.nodes, singleKey('load', moving[0] as string));
    const from = await ownerOf(cluster.nodes, slot);
    return { slot, from, to: cluster.nodes[choose(cluster.nodes.indexOf(from))] as SlotMove['to'] };
  };

  it.each([
    ['a master that has other slots', (from: number) => (from + 1) % 3],
    ['a master that has none and that nobody knew', () => 3],
  ])('to %s: at every stage reads are answered and hit, none is stale, and nothing is a fault', async (_, choose) => {
    expect(await load.trouble()).toBeUndefined();
    const move = await moveTo(choose);
    await beginMove(move);
    expect(await load.trouble()).toBeUndefined();
    const names = moving.map((key) => singleKey('load', key));
    for (const name of names.slice(0, 2)) await moveKeys(move, [generationKey(name)]);
    expect(await load.trouble()).toBeUndefined();
    for (const name of names.slice(2)) await moveKeys(move, [name]);
    expect(await load.trouble()).toBeUndefined();
    for (const name of names) await moveKeys(move, [name, generationKey(name)]);
    expect(await load.trouble()).toBeUndefined();
    await moveKeys(move);
    await endMove(move);
    expect(await load.trouble()).toBeUndefined();
  });
});
