import { setImmediate as turn } from 'node:timers/promises';

import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import type { AtomicStore } from '../../../../lib/contracts/atomic-store.js';
import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import type { SlotMove } from '../../../support/redis/cluster-slots.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const MINUTE = 60_000;

/** Which of a key's halves have moved. */
const STAGES = [
  ['nothing of the key has moved', () => []],
  ['its generation has moved, its value has not', (key: string) => [generationKey(key)]],
  ['its value has moved, its generation has not', (key: string) => [key]],
  ['both have moved', (key: string) => [key, generationKey(key)]],
] as const;

describe('while a Cluster slot moves', () => {
  let cluster: RedisCluster;
  let connection: RedisConnection;
  let generations: RedisGenerationStore;
  let atomic: AtomicStore;
  let move: SlotMove;
  let count = 0;
  /** Of the slot that moves, and of another one. */
  let key: string;
  let other: string;
  let generation: number;
  let otherGeneration: number;

  beforeAll(async () => {
    cluster = await startCluster();
    connection = new RedisConnection({ nodes: cluster.nodes });
    generations = new RedisGenerationStore(connection);
    atomic = new RedisProvider(connection).atomicWith(generations) as AtomicStore;
  });

  afterAll(async () => {
    await connection.close();
    await cluster.stop();
  });

  beforeEach(async () => {
    key = `single:t:${++count}`;
    other = `single:t:other-${count}`;
    [generation, otherGeneration] = await Promise.all([fill(key, 1), fill(other, 2)]);
    const slot = await slotOf(cluster.nodes, key);
    const from = await ownerOf(cluster.nodes, slot);
    move = { slot, from, to: cluster.nodes.find((node) => node !== from) as SlotMove['to'] };
    await beginMove(move);
  });

  const fill = async (storageKey: string, byte: number): Promise<number> => {
    const current = await generations.snapshot(storageKey);
    expect(await atomic.fill(storageKey, current, Buffer.of(byte), MINUTE)).toBe(true);
    return current;
  };

  const finish = async (): Promise<void> => {
    await moveKeys(move);
    await endMove(move);
  };

  describe.each(STAGES)('and %s', (_, moved) => {
    beforeEach(() => moveKeys(move, moved(key)));

    it('a read hits, and so does one together with keys of other slots', async () => {
      const hit = { entry: Buffer.of(1), generation };
      expect(await atomic.read(key)).toEqual(hit);
      expect(await atomic.readMany([other, key, `${key}-none`])).toEqual([
        { entry: Buffer.of(2), generation: otherGeneration },
        hit,
        { entry: undefined, generation: ABSENT },
      ]);
      const { generations: readings } = await atomic.readBulk(`bulk:t:${count}`, [key, other]);
      expect(readings).toEqual([generation, otherGeneration]);
      await finish();
      expect(await atomic.read(key)).toEqual(hit);
    });

    it('a read that asks for the time which is left hits, too, on a node that was never sent its script', async () => {
      for (const { host, port } of cluster.nodes) {
        const node = new Redis(port, host);
        await node.script('FLUSH');
        await node.quit();
      }
      const remainingMs: unknown = expect.any(Number);
      const hit = { entry: Buffer.of(1), generation, remainingMs };
      expect(await atomic.timed?.read(key)).toEqual(hit);
      expect(await atomic.timed?.readMany([other, key, `${key}-none`])).toEqual([
        { entry: Buffer.of(2), generation: otherGeneration, remainingMs },
        hit,
        { entry: undefined, generation: ABSENT, remainingMs: undefined },
      ]);
      await finish();
      expect(await atomic.timed?.read(key)).toEqual(hit);
    });

    it('miss → fill → hit → invalidate → miss → late fill refused → fresh fill hits', async () => {
      const bumped = await atomic.invalidate(key);
      expect(bumped).toBeGreaterThan(generation);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
      expect(await atomic.fill(key, generation, Buffer.of(1), MINUTE)).toBe(false);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
      expect(await generations.snapshot(key)).toBe(bumped);
      expect(await atomic.fill(key, bumped, Buffer.of(3), MINUTE)).toBe(true);
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(3), generation: bumped });
      await finish();
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(3), generation: bumped });
    });

    it('many keys are filled and invalidated in their order', async () => {
      const items = [
        { key: other, generation: otherGeneration, entry: Buffer.of(4) },
        { key, generation: generation - 1, entry: Buffer.of(5) },
        { key, generation, entry: Buffer.of(6) },
      ];
      expect(await atomic.fillMany(items, MINUTE)).toEqual([true, false, true]);
      expect((await atomic.read(key)).entry).toEqual(Buffer.of(6));
      const [first, second] = (await atomic.invalidateMany([key, other])) as number[];
      expect(await atomic.readMany([key, other])).toEqual([
        { entry: undefined, generation: first },
        { entry: undefined, generation: second },
      ]);
      await finish();
    });

    it('a write intent closes the key, and opens it again under the next generation', async () => {
      expect(await generations.intents.open([key, other], 'w', MINUTE)).toEqual([undefined, undefined]);
      expect(await atomic.readMany([key, other])).toEqual([
        { entry: undefined, generation: OPEN },
        { entry: undefined, generation: OPEN },
      ]);
      expect(await atomic.fill(key, generation, Buffer.of(1), MINUTE)).toBe(false);
      expect(await generations.snapshot(key)).toBe(0);
      expect(await generations.intents.renew([key], 'w', MINUTE)).toEqual([true]);
      await moveKeys(move);
      const settled = await generations.intents.settle([key, other], 'w');
      expect(settled).toEqual([
        { generation: expect.any(Number), held: true },
        { generation: expect.any(Number), held: true },
      ]);
      const current = await generations.current(key);
      expect(current).toBeGreaterThan(generation);
      expect(await atomic.fill(key, current, Buffer.of(7), MINUTE)).toBe(true);
      await finish();
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(7), generation: current });
    });
  });

  it('a key that is nowhere yet is cached at the new master', async () => {
    const fresh = `single:t:{${key}}:fresh`;
    expect(await slotOf(cluster.nodes, fresh)).toBe(move.slot);
    expect(await atomic.read(fresh)).toEqual({ entry: undefined, generation: ABSENT });
    const current = await fill(fresh, 8);
    expect(await atomic.read(fresh)).toEqual({ entry: Buffer.of(8), generation: current });
    await finish();
    expect(await atomic.read(fresh)).toEqual({ entry: Buffer.of(8), generation: current });
  });

  it('and its new master is killed: what was redirected there fails, nothing else does, and no rejection is left over', async () => {
    const unhandled: unknown[] = [];
    const listen = (cause: unknown): void => void unhandled.push(cause);
    process.on('unhandledRejection', listen);
    const [old, target] = [move.from, move.to].map(({ port }) =>
      cluster.servers.find((server) => server.port === port),
    );
    const third = cluster.nodes.find((node) => node !== move.from && node !== move.to) as SlotMove['to'];
    const elsewhere = await keyOf(third);
    const watch = new Redis(old?.url as string);

    try {
      await moveKeys(move, [generationKey(key)]);
      await watch.config('RESETSTAT');
      process.kill(target?.pid as number, 'SIGSTOP');
      const reading = atomic.readMany([key, elsewhere]);
      await until(async () => (await watch.info('errorstats')).includes('errorstat_ASK'), 'the read was redirected');
      await target?.down('SIGKILL');

      const [lost, found] = await reading;
      expect(lost).toMatchObject({ code: 'CAS_UNAVAILABLE' });
      expect(found).toEqual({ entry: undefined, generation: ABSENT });
      await turn();
    } finally {
      watch.disconnect();
      process.off('unhandledRejection', listen);
    }
    expect(unhandled).toEqual([]);
  });

  /** A key that the node has. */
  const keyOf = async (node: SlotMove['to']): Promise<string> => {
    for (let n = 0; ; n++) {
      const candidate = `single:t:elsewhere-${n}`;
      if ((await ownerOf(cluster.nodes, await slotOf(cluster.nodes, candidate))) === node) return candidate;
    }
  };
});
