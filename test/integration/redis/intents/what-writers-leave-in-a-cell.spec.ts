import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../../../lib/contracts/intent-store.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

const MINUTE = 60_000;
const CELL = /^!(\d+)((?:;[^;=]+=\d+)+)$/;

describe.each(KINDS)('the cell that writers have open on %s', (_, parts) => {
  let redis: RedisParts;
  let intents: IntentStore;
  let key: string;
  let cell: string;

  beforeEach(async () => {
    redis = await parts();
    intents = redis.generations.intents;
    key = redis.key('a');
    cell = redis.cell(key);
  });

  afterEach(() => redis.close());

  const text = async (): Promise<string> => (await redis.outside.get(cell)) as string;
  const left = (): Promise<number> => redis.outside.pttl(cell);
  const settle = async (token: string): Promise<SettledIntent> => {
    const [settled] = await intents.settle([key], token);
    return settled as SettledIntent;
  };

  /** The number that the cell carries, and how long each of its writers still has, by this machine's clock. */
  const read = async (): Promise<{ prev: number; leases: Record<string, number> }> => {
    const [, prev, tokens] = CELL.exec(await text()) ?? [];
    const writers = tokens?.slice(1).split(';') ?? [];
    const pairs = writers.map((writer) => writer.split('=') as [string, string]);
    return { prev: Number(prev), leases: Object.fromEntries(pairs.map(([t, at]) => [t, Number(at) - Date.now()])) };
  };
  const about = (ms: number): unknown => expect.closeTo(ms, -4);

  it('carries the last generation, and has a deadline for each of them', async () => {
    const generation = await redis.generations.snapshot(key);
    await intents.open([key], 'one', MINUTE);
    expect(await read()).toEqual({ prev: generation, leases: { one: about(MINUTE) } });
    await intents.open([key], 'two', 2 * MINUTE);
    expect(await read()).toEqual({ prev: generation, leases: { one: about(MINUTE), two: about(2 * MINUTE) } });
    await intents.renew([key], 'one', 3 * MINUTE);
    expect(await read()).toEqual({ prev: generation, leases: { one: about(3 * MINUTE), two: about(2 * MINUTE) } });
    const { generation: next } = await settle('one');
    expect(await read()).toEqual({ prev: next, leases: { two: about(2 * MINUTE) } });
    const { generation: last } = await settle('two');
    expect(await text()).toBe(String(last));
  });

  it('carries 0 when there was no generation', async () => {
    await intents.open([key], 'w', MINUTE);
    expect((await read()).prev).toBe(0);
    expect((await settle('w')).generation).toBeGreaterThan(1_000_000_000_000_000);
  });

  it('carries a generation that is ahead of the clock, and the next is above it', async () => {
    const AHEAD = 8_000_000_000_000_000;
    await redis.outside.set(cell, String(AHEAD), 'PX', MINUTE);
    await intents.open([key], 'one', MINUTE);
    await intents.open([key], 'two', MINUTE);
    await intents.renew([key], 'two', MINUTE);
    expect((await read()).prev).toBe(AHEAD);
    expect(await redis.generations.bump(key)).toBe(AHEAD + 1);
    expect(await settle('one')).toEqual({ generation: AHEAD + 2, held: true });
    expect((await read()).prev).toBe(AHEAD + 2);
    await redis.generations.clear(redis.key(''));
    expect(await settle('two')).toEqual({ generation: AHEAD + 4, held: true });
    expect(await text()).toBe(String(AHEAD + 4));
  });

  it('expires with the latest of their deadlines, and lives as long as any other after the last was settled', async () => {
    await redis.generations.snapshot(key);
    await intents.open([key], 'short', 10_000);
    expect(await left()).toBeLessThanOrEqual(10_000);
    await intents.open([key], 'long', 5 * MINUTE);
    await intents.open([key], 'another', 10_000);
    await intents.renew([key], 'short', 20_000);
    await settle('another');
    expect(await left()).toBeGreaterThan(4 * MINUTE);
    await settle('long');
    expect(await left()).toBeLessThanOrEqual(20_000);
    expect(await left()).toBeGreaterThan(5_000);
    await settle('short');
    expect(await left()).toBeGreaterThan(MINUTE - 5_000);
    expect(await left()).toBeLessThanOrEqual(MINUTE);
  });

  it('drops the tokens that are past their deadline with every step, also of a cell that did not expire', async () => {
    const living = `living=${Date.now() + MINUTE}`;
    const write = (): Promise<unknown> => redis.outside.set(cell, `!5;dead=1000;${living};gone=2000`, 'PX', MINUTE);
    await write();
    await intents.open([key], 'w', MINUTE);
    expect(Object.keys((await read()).leases)).toEqual(['living', 'w']);
    await write();
    expect(await intents.renew([key], 'dead', MINUTE)).toEqual([false]);
    expect(await intents.renew([key], 'living', MINUTE)).toEqual([true]);
    expect(Object.keys((await read()).leases)).toEqual(['living']);
    await write();
    expect((await settle('dead')).held).toBe(false);
    expect(Object.keys((await read()).leases)).toEqual(['living']);
  });

  it('is carried on by the next writer when all others have run out', async () => {
    const PREV = 8_000_000_000_000_000;
    await redis.outside.set(cell, `!${PREV};dead=1000`);
    expect(await intents.renew([key], 'dead', MINUTE)).toEqual([false]);
    await intents.open([key], 'w', MINUTE);
    expect(await read()).toEqual({ prev: PREV, leases: { w: about(MINUTE) } });
    expect(await left()).toBeLessThanOrEqual(MINUTE);
    expect((await settle('w')).generation).toBe(PREV + 1);
  });

  it.each(['no number', '!', '!x;w=1', '!5;w', '9007199254740991', ''])(
    'replaces %j, which no version of this package wrote',
    async (garbage) => {
      await redis.outside.set(cell, garbage);
      expect(await intents.renew([key], 'w', MINUTE)).toEqual([false]);
      expect(await text()).toBe(garbage);
      const plain = await settle('w');
      expect(plain.held).toBe(false);
      expect(await text()).toBe(String(plain.generation));

      await redis.outside.set(cell, garbage);
      expect(await intents.open([key], 'w', MINUTE)).toEqual([undefined]);
      expect(await read()).toEqual({ prev: 0, leases: { w: about(MINUTE) } });
    },
  );

  it('replaces what is of another type', async () => {
    for (const step of ['open', 'settle'] as const) {
      await redis.outside.del(cell);
      await redis.outside.sadd(cell, 'member');
      expect(await intents.renew([key], 'w', MINUTE)).toEqual([false]);
      const [answer] = await intents[step]([key], 'w', MINUTE);
      expect(answer).not.toBeInstanceOf(Error);
      expect(await redis.outside.type(cell)).toBe('string');
    }
  });

  it('is opened, and settled, with its value apart where a Cluster has no slot for both', async () => {
    const odd = redis.key('}{');
    const generation = await redis.generations.snapshot(odd);
    const entry = Buffer.of(1);
    await redis.atomic.fill(odd, generation, entry, MINUTE);
    expect(await intents.open([key, odd], 'w', MINUTE)).toEqual([undefined, undefined]);
    expect(await redis.atomic.readMany([key, odd])).toEqual([
      { entry: undefined, generation: OPEN },
      { entry: undefined, generation: OPEN },
    ]);
    await redis.provider.set(odd, entry, { ttlMs: MINUTE });
    const [, settled] = (await intents.settle([key, odd], 'w')) as SettledIntent[];
    expect(settled?.held).toBe(true);
    expect(await redis.atomic.read(odd)).toEqual({ entry: undefined, generation: settled?.generation });
  });
});
