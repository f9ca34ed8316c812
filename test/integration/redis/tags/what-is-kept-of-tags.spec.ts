import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { TagClock } from '../../../../lib/contracts/tag-store.js';
import { tagClockKey, tagTableKey } from '../../../../lib/keys/storage-keys.js';
import { KeyNames } from '../../../../lib/redis/cells/key-names.js';
import { RedisTags } from '../../../../lib/redis/parts/redis-tags.js';
import type { RedisTagStore } from '../../../../lib/redis/parts/redis-tags.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';

const HOUR = 3_600_000;
const HOUR_US = HOUR * 1_000;
const MOST_ROWS = 10;

describe.each(KINDS)('what is kept of tags on %s', (_, make) => {
  let redis: RedisParts;
  let store: RedisTagStore;
  let clock: string;
  let table: string;

  beforeEach(async () => {
    redis = await make({ onWarning: () => undefined });
    const namespace = freshNamespace();
    store = storeOf(namespace);
    [clock, table] = [tagClockKey(namespace), tagTableKey(namespace)];
    // The first question has the server vetted.
    await store.current();
  });

  afterEach(() => redis.close());

  /** Of a process that remembers no number. */
  const storeOf = (namespace: string, floor = redis.generations.floor): RedisTagStore => {
    const names = new KeyNames(redis.connection.keyPrefix, redis.connection.isCluster);
    return new RedisTags(redis.connection, names, floor, MOST_ROWS).of(namespace);
  };

  const plant = async (era: number, seq: number, floor = era): Promise<void> => {
    await redis.outside.set(clock, `${era};${seq}`);
    await redis.outside.zadd(table, ...[era, '@', seq, '#', floor, '^'].map(String));
  };

  /** Tags that were invalidated in the past, in an era older than all of them. */
  const plantRows = async (...rows: readonly (readonly [tag: string, seq: number])[]): Promise<TagClock> => {
    const seqs = rows.map(([, seq]) => seq);
    const [era, seq] = [Math.min(...seqs) - 1, Math.max(...seqs)];
    await plant(era, seq);
    await redis.outside.zadd(table, ...rows.flatMap(([tag, at]) => [String(at), `t:${tag}`]));
    return { era, seq };
  };

  const rows = async (): Promise<string[]> =>
    (await redis.outside.zrange(table, '0', '-1'))
      .filter((member) => member.startsWith('t:'))
      .map((each) => each.slice(2));

  const nowUs = (): number => Date.now() * 1_000;

  it('is a clock as text and a sorted set, in one slot, and neither expires', async () => {
    const begun = await store.snapshot();
    const { era, seq } = await store.invalidate(['a', 'ключ'], HOUR);
    expect(await redis.outside.get(clock)).toBe(`${era};${seq}`);
    const found = await redis.outside.zrange(table, '0', '-1', 'WITHSCORES');
    const scores = new Map(
      found.flatMap((member, i) => (i % 2 === 0 ? [[member, Number(found[i + 1])] as const] : [])),
    );
    expect(Object.fromEntries(scores)).toEqual({ '@': era, '^': era, '#': seq, 't:a': seq, 't:ключ': seq });
    expect(begun).toEqual({ era, seq: era });
    expect([await redis.outside.ttl(clock), await redis.outside.ttl(table)]).toEqual([-1, -1]);
    expect(await redis.outside.exists(clock, table)).toBe(2);
  });

  it.each<[string, (at: { era: number; seq: number }) => Promise<unknown>]>([
    ['the clock is something else', () => redis.outside.set(clock, 'something else')],
    ['the clock has one number', ({ era }) => redis.outside.set(clock, `${era}`)],
    ['the clock has three numbers', ({ era, seq }) => redis.outside.set(clock, `${era};${seq};${seq}`)],
    ['the clock has a zero in front', ({ era, seq }) => redis.outside.set(clock, `0${era};${seq}`)],
    ['the clock is 0', ({ era }) => redis.outside.set(clock, `${era};0`)],
    ['the clock is beyond all numbers', ({ era }) => redis.outside.set(clock, `${era};9007199254740992`)],
    ['the clock is a list', () => redis.outside.multi().del(clock).lpush(clock, 'a').exec()],
  ])('%s: it counts as lost, and the next step begins an era', async (_name, spoil) => {
    await store.snapshot();
    const before = await store.invalidate(['a'], HOUR);
    await spoil(before);
    expect(await store.current()).toBeUndefined();
    await expectNewEra(before);
  });

  it.each<[string, (at: { era: number; seq: number }) => Promise<unknown>]>([
    ['the table is a text', () => redis.outside.set(table, 'something else')],
    ['the table has no era', () => redis.outside.zrem(table, '@')],
    ['the table has no seq', () => redis.outside.zrem(table, '#')],
    ['the table has no floor', () => redis.outside.zrem(table, '^')],
    ['the table is of another era', ({ era }) => redis.outside.zadd(table, era - 1, '@')],
    ['the table is of another seq', ({ seq }) => redis.outside.zadd(table, seq - 1, '#')],
    ['the clock is of another seq', ({ era, seq }) => redis.outside.set(clock, `${era};${seq - 1}`)],
    ['the clock is of another era', ({ era, seq }) => redis.outside.set(clock, `${era - 1};${seq}`)],
    ['the floor is no number of ours', () => redis.outside.zadd(table, '-inf', '^')],
  ])('%s: the next step that writes begins an era', async (_name, spoil) => {
    await store.snapshot();
    const before = await store.invalidate(['a'], HOUR);
    await spoil(before);
    await expectNewEra(before);
  });

  async function expectNewEra(before: TagClock): Promise<void> {
    const next = await store.snapshot();
    expect(next.era).toBeGreaterThan(before.seq);
    expect(next.seq).toBe(next.era);
    expect(await store.current()).toEqual(next);
    expect(await rows()).toEqual([]);
    expect(await store.snapshot()).toEqual(next);
  }

  it('is not begun anew by an invalidation that finds it lost in part and late: the era is new all the same', async () => {
    await store.snapshot();
    const before = await store.invalidate(['a'], HOUR);
    await redis.outside.zadd(table, before.seq - 1, '#');
    const next = await store.invalidate(['b'], HOUR);
    expect(next.era).toBeGreaterThan(before.seq);
    expect(await rows()).toEqual([]);
  });

  it('has a number above every one before, however far the clock of the server is behind', async () => {
    const ahead = nowUs() + HOUR_US;
    await plant(ahead - 10, ahead);
    expect(await store.snapshot()).toEqual({ era: ahead - 10, seq: ahead });
    expect(await store.invalidate(['a'], HOUR)).toEqual({ era: ahead - 10, seq: ahead + 1 });
    expect(await store.invalidate(['b'], HOUR)).toEqual({ era: ahead - 10, seq: ahead + 2 });
    expect(await store.clear()).toEqual({ era: ahead + 3, seq: ahead + 3 });
    await redis.outside.del(clock);
    expect(await store.invalidate(['b'], HOUR)).toEqual({ era: ahead + 4, seq: ahead + 4 });
  });

  it.each(['clock', 'table'] as const)('has it too where only the %s tells what was issued', async (kept) => {
    // No process remembers: each step is of a process that has seen nothing.
    const none = { value: 0, see: <T>(value: T): T => value } as typeof redis.generations.floor;
    const namespace = freshNamespace();
    [clock, table] = [tagClockKey(namespace), tagTableKey(namespace)];
    const ahead = nowUs() + HOUR_US;
    for (const step of ['snapshot', 'clear'] as const) {
      await plant(ahead - 10, ahead);
      await redis.outside.del(kept === 'clock' ? table : clock);
      expect(await storeOf(namespace, none)[step]()).toEqual({ era: ahead + 1, seq: ahead + 1 });
    }
  });

  it.each(['snapshot', 'invalidate', 'clear'] as const)(
    'has it after a flush as well, by what this process has seen: %s',
    async (step) => {
      const ahead = nowUs() + HOUR_US;
      await plant(ahead - 10, ahead);
      expect(await store.current()).toEqual({ era: ahead - 10, seq: ahead });
      await redis.outside.del(clock);
      await redis.outside.del(table);
      const next = await (step === 'invalidate' ? store.invalidate(['a'], HOUR) : store[step]());
      expect(next).toEqual({ era: ahead + 1, seq: ahead + 1 });
    },
  );

  it('has numbers above what another namespace or a generation has shown to this process', async () => {
    await store.snapshot();
    const ahead = redis.generations.floor.see(nowUs() + HOUR_US);
    expect((await store.invalidate(['a'], HOUR)).seq).toBe(ahead + 1);
  });

  it('has numbers that are exact', async () => {
    for (const seq of [8_999_999_999_999_998, 4_503_599_627_370_497]) {
      await plant(seq - 2, seq);
      expect(await store.invalidate(['a'], HOUR)).toEqual({ era: seq - 2, seq: seq + 1 });
      expect(await redis.outside.get(clock)).toBe(`${seq - 2};${seq + 1}`);
      expect(await store.catchUp(seq, 10, ['a'])).toMatchObject({
        seq: seq + 1,
        own: [seq + 1],
        rows: [['a', seq + 1]],
      });
    }
  });

  it('ends the era of a clock that has come to the last number', async () => {
    await plant(nowUs(), 9_007_199_254_740_989);
    const next = await store.invalidate(['a'], HOUR);
    expect(await store.snapshot()).not.toMatchObject({ era: next.era });
  });

  it('forgets rows that are older than they are kept, and raises the floor to the newest of them', async () => {
    const now = nowUs();
    const { era } = await plantRows(['old', now - 3 * HOUR_US], ['older', now - 4 * HOUR_US], ['young', now - HOUR_US]);
    await store.invalidate(['new'], 2 * HOUR);
    expect(new Set(await rows())).toEqual(new Set(['young', 'new']));
    expect(await store.catchUp(0, 10, ['old', 'young'])).toMatchObject({
      era,
      floor: now - 3 * HOUR_US,
      own: [undefined, now - HOUR_US],
    });
  });

  it('forgets none before its time, also in an old era, and leaves the floor', async () => {
    const now = nowUs();
    const { era } = await plantRows(['older', now - 4 * HOUR_US], ['old', now - 3 * HOUR_US]);
    await store.invalidate(['new'], 5 * HOUR);
    expect(new Set(await rows())).toEqual(new Set(['older', 'old', 'new']));
    expect(await store.catchUp(0, 10, [])).toMatchObject({ era, floor: era });
  });

  it('never lowers the floor', async () => {
    const now = nowUs();
    await plantRows(['older', now - 4 * HOUR_US], ['young', now - HOUR_US]);
    await redis.outside.zadd(table, now - 2 * HOUR_US, '^');
    await store.invalidate(['new'], 3 * HOUR);
    expect(await rows()).not.toContain('older');
    expect(await store.catchUp(0, 10, [])).toMatchObject({ floor: now - 2 * HOUR_US });
  });

  it('keeps so many rows at most, and forgets the oldest first', async () => {
    await store.snapshot();
    const issued: TagClock[] = [];
    for (let n = 0; n < 3 * MOST_ROWS; n++) {
      issued.push(await store.invalidate([`tag ${n}`], HOUR));
      expect((await rows()).length).toBe(Math.min(n + 1, MOST_ROWS));
      const forgotten = issued.at(-1 - MOST_ROWS);
      expect((await store.catchUp(0, 0, []))?.floor).toBe(forgotten?.seq ?? issued[0]?.era);
    }
    expect(new Set(await rows())).toEqual(new Set(Array.from({ length: MOST_ROWS }, (__, n) => `tag ${20 + n}`)));
  });

  it('keeps what was just invalidated, were it more than the bound', async () => {
    await store.snapshot();
    const many = Array.from({ length: 3 * MOST_ROWS }, (__, n) => `tag ${n}`);
    const { seq } = await store.invalidate(many, HOUR);
    expect((await store.catchUp(0, 0, many))?.own).toEqual(many.map(() => seq));
    const next = await store.invalidate(['last'], HOUR);
    expect((await rows()).length).toBe(MOST_ROWS);
    const found = await store.catchUp(0, 0, ['last']);
    expect(found).toMatchObject({ own: [next.seq], floor: seq });
  });

  it('forgets a thousand at once at most', async () => {
    const now = nowUs();
    const old = Array.from({ length: 2_500 }, (__, n) => [`tag ${n}`, now - 3 * HOUR_US + n] as const);
    await plantRows(...old);
    const left: number[] = [];
    for (let n = 0; n < 4; n++) {
      await store.invalidate(['new'], HOUR);
      left.push((await rows()).length - 1);
    }
    // Two of the three marks stand lower than the rows: there was room for one row more.
    expect(left).toEqual([1_499, 498, 0, 0]);
    expect((await store.catchUp(0, 0, []))?.floor).toBe(now - 3 * HOUR_US + 2_499);
  });

  it('takes rows for no more than what stands in them, among marks with any number', async () => {
    const begun = await store.snapshot();
    // The marks of an era are above what an old entry asks for.
    const found = await store.catchUp(begun.era - 1, 1, []);
    expect(found).toEqual({ ...begun, floor: begun.era, own: [], rows: [] });
    const { seq } = await store.invalidate(['a', 'b', 'c', 'd'], HOUR);
    for (const most of [1, 2, 3, 4]) {
      const { rows: answered } = (await store.catchUp(begun.era - 1, most, [])) ?? { rows: [] };
      expect(answered.length).toBe(most);
      expect(answered.every(([, at]) => at === seq)).toBe(true);
    }
  });
});
