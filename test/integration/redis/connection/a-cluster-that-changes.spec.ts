import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AtomicStore } from '../../../../lib/contracts/atomic-store.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const MINUTE = 60_000;

describe('a Redis Cluster that changes', () => {
  let cluster: RedisCluster;
  let connection: RedisConnection;
  let provider: RedisProvider;
  let generations: RedisGenerationStore;
  let atomic: AtomicStore;

  beforeAll(async () => {
    cluster = await startCluster();
    connection = new RedisConnection({ nodes: cluster.nodes });
    provider = new RedisProvider(connection);
    generations = new RedisGenerationStore(connection);
    atomic = provider.atomicWith(generations) as AtomicStore;
  });

  afterAll(async () => {
    await connection.close();
    await cluster.stop();
  });

  const fill = async (key: string, byte: number): Promise<void> => {
    const generation = await generations.snapshot(key);
    expect(await atomic.fill(key, generation, Buffer.of(byte), MINUTE)).toBe(true);
  };

  /** A move of the key's slot to another master. */
  const moveOf = async (key: string): Promise<{ slot: number; from: Node; to: Node }> => {
    const slot = await slotOf(cluster.nodes, key);
    const from = await ownerOf(cluster.nodes, slot);
    return { slot, from, to: cluster.nodes.find((node) => node !== from) as Node };
  };

  it('takes all keys of a first burst, whichever masters have them', async () => {
    const fresh = new RedisGenerationStore({ nodes: cluster.nodes });
    try {
      const taken = await Promise.all(Array.from({ length: 200 }, (_, n) => fresh.snapshot(`single:burst:${n}`)));
      expect(taken.every((generation) => generation > 0)).toBe(true);
    } finally {
      await fresh.close();
    }
  });

  it('is followed when a slot has moved to another master', async () => {
    const key = 'single:moved:a';
    await fill(key, 1);
    const move = await moveOf(key);
    await beginMove(move);
    await moveKeys(move);
    await endMove(move);
    const before = await generations.current(key);
    expect(await atomic.read(key)).toEqual({ entry: Buffer.of(1), generation: before });
    expect(await atomic.invalidate(key)).toBeGreaterThan(before);
    expect((await atomic.read(key)).entry).toBeUndefined();
    expect(await atomic.fill(key, before, Buffer.of(1), MINUTE)).toBe(false);
  });

  it('loses no invalidation while a slot is on its way', async () => {
    const key = 'single:moving:a';
    await fill(key, 1);
    const before = await generations.current(key);
    const move = await moveOf(key);
    await beginMove(move);
    // Both keys have moved: the old master redirects.
    await moveKeys(move);
    expect(await atomic.read(key)).toEqual({ entry: Buffer.of(1), generation: before });
    const bumped = await atomic.invalidate(key);
    expect(bumped).toBeGreaterThan(before);
    await endMove(move);
    expect(await atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
  });

  it('fails the keys of a master that is lost at once, serves the others, and finds it when it is back', async () => {
    const keys = Array.from({ length: 30 }, (_, n) => `single:lost:${n}`);
    await generations.bumpMany(keys);
    const [gone] = cluster.servers;
    const owners = await Promise.all(
      keys.map(async (key) => (await ownerOf(cluster.nodes, await slotOf(cluster.nodes, key))).port),
    );
    await gone?.down('SIGKILL');
    await until(async () => {
      const readings = await generations.currentMany(keys);
      return readings.every((reading, n) => (owners[n] === gone?.port) === reading instanceof Error);
    }, 'only the keys of the lost master failed');
    const bumps = await generations.bumpMany(keys);
    for (const [n, bump] of bumps.entries()) {
      if (owners[n] === gone?.port) expect(bump).toBeInstanceOf(CasUnavailableError);
      else expect(bump).toBeGreaterThan(0);
    }

    await gone?.up();
    const onGone = keys.filter((_, n) => owners[n] === gone?.port);
    await until(
      () => works(() => Promise.all(onGone.map((key) => generations.bump(key)))),
      'the master was found again',
    );
  });
});

type Node = RedisCluster['nodes'][number];
