import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../../../lib/contracts/intent-store.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import type { SlotMove } from '../../../support/redis/cluster-slots.js';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { hideFlags } from '../../../support/redis/without-script-flags.js';

const MINUTE = 60_000;

describe.each([
  ['a Cluster that knows script flags', false],
  ['a Cluster older than those', true],
])('write intents on %s while the slot of their keys moves', (_, old) => {
  let cluster: RedisCluster;
  let redis: RedisParts;
  let intents: IntentStore;
  let key: string;
  let cell: string;
  let move: SlotMove;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  beforeEach(async () => {
    const { nodes } = cluster;
    redis = await redisParts(new Cluster([...nodes]), { onWarning: () => undefined });
    if (old) hideFlags(redis.connection);
    intents = redis.generations.intents;
    key = redis.key('a');
    cell = redis.cell(key);
    const slot = await slotOf(nodes, key);
    const from = await ownerOf(nodes, slot);
    move = { slot, from, to: nodes.find(({ port }) => port !== from.port) as SlotMove['to'] };
  });

  afterEach(() => redis.close());

  const settle = async (token: string): Promise<SettledIntent> => {
    const [settled] = await intents.settle([key], token);
    return settled as SettledIntent;
  };

  it.each([
    ['the old master has everything', () => Promise.resolve()],
    ['the generation is at the old master and there is no value', () => redis.outside.unlink(key)],
    ['the generation has moved and the value has not', () => moveKeys(move, [cell])],
    ['everything has moved', () => moveKeys(move)],
  ])('keep what the writers hold: %s', async (_case, halfway) => {
    const before = await redis.generations.snapshot(key);
    await redis.provider.set(key, Buffer.of(1), { ttlMs: MINUTE });
    await intents.open([key], 'one', MINUTE);
    await redis.provider.set(key, Buffer.of(1), { ttlMs: MINUTE });

    await beginMove(move);
    await halfway();
    expect(await intents.open([key], 'two', MINUTE)).toEqual([undefined]);
    const bumped = await redis.generations.bump(key);
    expect(bumped).toBeGreaterThan(before);
    expect(await redis.atomic.invalidate(key)).toBeGreaterThan(bumped);
    expect(await intents.renew([key], 'one', MINUTE)).toEqual([true]);
    await redis.generations.clear(redis.key(''));
    expect(await redis.generations.current(key)).toBe(OPEN);
    expect((await settle('one')).held).toBe(true);
    expect(await redis.generations.current(key)).toBe(OPEN);
    expect(await redis.generations.snapshot(key)).toBe(0);

    await moveKeys(move);
    expect(await intents.renew([key], 'two', MINUTE)).toEqual([true]);
    const last = await settle('two');
    expect(last.held).toBe(true);
    await endMove(move);
    expect(await redis.generations.current(key)).toBe(last.generation);
    expect(await redis.generations.snapshot(key)).toBe(last.generation);
  });
});
