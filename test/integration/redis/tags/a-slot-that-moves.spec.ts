import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { TagClock, TagStore } from '../../../../lib/contracts/tag-store.js';
import { tagClockKey, tagTableKey } from '../../../../lib/keys/storage-keys.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import type { SlotMove } from '../../../support/redis/cluster-slots.js';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { hideFlags } from '../../../support/redis/without-script-flags.js';

const HOUR = 3_600_000;

describe.each([
  ['a Cluster that knows script flags', false],
  ['a Cluster older than those', true],
])('tags on %s while the slot of their cells moves', (_, old) => {
  let cluster: RedisCluster;
  let redis: RedisParts;
  let tags: TagStore;
  let clock: string;
  let table: string;
  let move: SlotMove;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  beforeEach(async () => {
    const { nodes } = cluster;
    redis = await redisParts(new Cluster([...nodes]), { onWarning: () => undefined });
    if (old) hideFlags(redis.connection);
    // A master that is still to be vetted takes invalidations, and loses them with what it had.
    await redis.connection.connect();
    const namespace = freshNamespace();
    tags = redis.generations.tags.of(namespace);
    [clock, table] = [tagClockKey(namespace), tagTableKey(namespace)];
    const slot = await slotOf(nodes, clock);
    const from = await ownerOf(nodes, slot);
    move = { slot, from, to: nodes.find(({ port }) => port !== from.port) as SlotMove['to'] };
  });

  afterEach(() => redis.close());

  const HALFWAY: readonly (readonly [string, () => Promise<void>])[] = [
    ['the old master has both', () => Promise.resolve()],
    ['the clock has moved and the table has not', () => moveKeys(move, [clock])],
    ['the table has moved and the clock has not', () => moveKeys(move, [table])],
    ['both have moved', () => moveKeys(move)],
  ];

  /** It ended what was stamped before: by the era, or by a row. */
  const expectEnded = async (stamp: TagClock, tag: string): Promise<void> => {
    const current = await tags.current();
    expect(current).toBeDefined();
    if (current?.era !== stamp.era) return;
    expect(current.seq).toBeGreaterThan(stamp.seq);
    const found = await tags.catchUp(stamp.seq, 10, [tag]);
    expect(Math.max(found?.own[0] ?? 0, found?.floor ?? 0)).toBeGreaterThan(stamp.seq);
  };

  it.each(HALFWAY)('every step is taken, and ends what it is to end: %s', async (name, halfway) => {
    const before = await tags.invalidate(['before'], HOUR);
    await beginMove(move);
    await halfway();

    const stamp = await tags.snapshot();
    expect(stamp).toEqual(before);
    expect(await tags.current()).toEqual(stamp);
    const issued = [stamp];
    for (const step of ['invalidate', 'invalidate', 'clear', 'invalidate'] as const) {
      const entry = await tags.snapshot();
      const next = await (step === 'clear' ? tags.clear() : tags.invalidate(['a'], HOUR));
      expect(next.seq).toBeGreaterThan(issued.at(-1)?.seq ?? 0);
      issued.push(next);
      expect(await tags.current()).toEqual(next);
      expect(await tags.snapshot()).toEqual(next);
      await expectEnded(entry, 'a');
    }
    const isWhole = name.includes('both');
    if (isWhole) expect(issued[1]?.era).toBe(before.era);

    await moveKeys(move);
    await endMove(move);
    const last = issued.at(-1) as TagClock;
    expect(await tags.current()).toEqual(last);
    const after = await tags.invalidate(['b'], HOUR);
    expect(after.seq).toBeGreaterThan(last.seq);
    await expectEnded(last, 'b');
    const whole = await tags.snapshot();
    expect(whole).toEqual(after);
    expect((await tags.invalidate(['b'], HOUR)).era).toBe(whole.era);
  });

  it('a namespace that has nothing yet can be begun, and invalidated in, while it lasts', async () => {
    await beginMove(move);
    const begun = await tags.snapshot();
    expect(await tags.current()).toEqual(begun);
    expect(await tags.snapshot()).toEqual(begun);
    const invalidated = await tags.invalidate(['a'], HOUR);
    expect(invalidated.era).toBeGreaterThan(begun.seq);
    expect(await tags.current()).toEqual(invalidated);
    await moveKeys(move);
    await endMove(move);
    const whole = await tags.snapshot();
    expect(whole.era).toBeGreaterThan(invalidated.seq);
    expect((await tags.invalidate(['a'], HOUR)).era).toBe(whole.era);
  });

  it('what is spoilt is begun anew while it lasts', async () => {
    const before = await tags.invalidate(['a'], HOUR);
    await redis.outside.set(clock, 'something else');
    await beginMove(move);
    const begun = await tags.snapshot();
    expect(begun.era).toBeGreaterThan(before.seq);
    expect(await tags.current()).toEqual(begun);
    await endMove(move);
  });
});
