import { Redis } from 'ioredis';

import type { TagClock, TagStore } from '../../../lib/contracts/tag-store.js';
import { tagClockKey, tagTableKey } from '../../../lib/keys/storage-keys.js';
import type { KeyNames } from '../../../lib/redis/cells/key-names.js';
import type { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import type { RedisTags } from '../../../lib/redis/parts/redis-tags.js';
import { freshNamespace } from './shared-redis.js';

/** The tags of Redis, of this build or of a broken copy of it. */
export interface TagsLibrary {
  readonly RedisConnection: typeof RedisConnection;
  readonly RedisGenerationStore: typeof RedisGenerationStore;
  readonly RedisTags: typeof RedisTags;
  readonly KeyNames: typeof KeyNames;
}

const HOUR = 3_600_000;
const HOUR_US = HOUR * 1_000;
const MOST_ROWS = 4;

/** A namespace that nothing has, its store, and what somebody else may do to its cells. */
interface Scene {
  readonly store: TagStore;
  readonly outside: Redis;
  readonly clock: string;
  readonly table: string;
}

type Fact = (scene: Scene) => Promise<boolean>;

const isNewEra = (next: TagClock, before: TagClock): boolean => next.era > before.seq && next.seq >= next.era;

/** After a step was taken, one of the cells is spoilt, and the next step begins anew. */
const begunAnewAfter =
  (spoil: (scene: Scene, at: TagClock) => Promise<unknown>): Fact =>
  async (scene) => {
    await scene.store.snapshot();
    const before = await scene.store.invalidate(['a'], HOUR);
    await spoil(scene, before);
    const next = await scene.store.invalidate(['b'], HOUR);
    const found = await scene.store.catchUp(0, 10, ['a', 'b']);
    return isNewEra(next, before) && found?.own.every((own) => own === undefined) === true;
  };

const plant = async ({ outside, clock, table }: Scene, era: number, seq: number): Promise<void> => {
  await outside.set(clock, `${era};${seq}`);
  await outside.zadd(table, era, '@', seq, '#', era, '^');
};

/** What has to hold of the scripts, by name. */
export const FACTS: Readonly<Record<string, Fact>> = {
  'a lost clock begins an era': begunAnewAfter(({ outside, clock }) => outside.del(clock)),
  'a lost table begins an era': begunAnewAfter(({ outside, table }) => outside.del(table)),
  'a table of another seq begins an era': begunAnewAfter(({ outside, table }, { seq }) =>
    outside.zadd(table, seq - 1, '#'),
  ),
  'a table of another era begins an era': begunAnewAfter(({ outside, table }, { era }) =>
    outside.zadd(table, era - 1, '@'),
  ),
  'a table without a floor begins an era': begunAnewAfter(({ outside, table }) => outside.zrem(table, '^')),
  'what is issued is above the clock cell': async (scene) => {
    const ahead = Date.now() * 1_000 + HOUR_US;
    await plant(scene, ahead - 1, ahead);
    await scene.outside.del(scene.table);
    return (await scene.store.clear()).era === ahead + 1;
  },
  'what is issued is above the table': async (scene) => {
    // Above what the fact before has issued, in the same millisecond maybe: this process has seen that.
    const ahead = Date.now() * 1_000 + HOUR_US + 3;
    await plant(scene, ahead - 1, ahead);
    await scene.outside.del(scene.clock);
    return (await scene.store.clear()).era === ahead + 1;
  },
  'what is issued is above what this process has seen': async (scene) => {
    const ahead = Date.now() * 1_000 + HOUR_US + 7;
    await plant(scene, ahead - 1, ahead);
    await scene.store.current();
    await scene.outside.del(scene.clock, scene.table);
    return (await scene.store.snapshot()).era > ahead;
  },
  'an invalidation moves the clock': async ({ store }) => {
    const before = await store.snapshot();
    const after = await store.invalidate(['a'], HOUR);
    const current = await store.current();
    return after.era === before.era && after.seq > before.seq && current?.seq === after.seq;
  },
  'a clear begins an era, and forgets what was': async ({ store }) => {
    await store.snapshot();
    const before = await store.invalidate(['a'], HOUR);
    const after = await store.clear();
    return isNewEra(after, before) && (await store.catchUp(0, 10, ['a']))?.own[0] === undefined;
  },
  'what is forgotten for its age is below the floor': async (scene) => {
    const old = Date.now() * 1_000 - 3 * HOUR_US;
    await plant(scene, old - 1, old + 1);
    await scene.outside.zadd(scene.table, old, 't:old');
    await scene.store.invalidate(['new'], HOUR);
    const found = await scene.store.catchUp(0, 10, ['old']);
    return found?.own[0] === undefined && (found?.floor ?? 0) >= old;
  },
  'the floor never falls': async (scene) => {
    const old = Date.now() * 1_000 - 3 * HOUR_US;
    await plant(scene, old - 1, old + 1);
    await scene.outside.zadd(scene.table, old, 't:old', old + 1, '^');
    await scene.store.invalidate(['new'], HOUR);
    return (await scene.store.catchUp(0, 10, []))?.floor === old + 1;
  },
  'only so many rows are kept, and the rest is below the floor': async ({ store, outside, table }) => {
    const seqs: number[] = [];
    for (let n = 0; n < 3 * MOST_ROWS; n++) seqs.push((await store.invalidate([`tag ${n}`], HOUR)).seq);
    const found = await store.catchUp(0, 100, ['tag 0']);
    const isBounded = (await outside.zcard(table)) === MOST_ROWS + 3;
    return isBounded && found?.rows[0]?.[1] === seqs.at(-1) && found?.floor === seqs.at(-1 - MOST_ROWS);
  },
  'what was just invalidated is kept': async ({ store }) => {
    await store.snapshot();
    const many = Array.from({ length: 3 * MOST_ROWS }, (_, n) => `tag ${n}`);
    const { seq } = await store.invalidate(many, HOUR);
    return (await store.catchUp(0, 0, many))?.own.every((own) => own === seq) === true;
  },
  'a catch-up answers the latest above the bound': async ({ store }) => {
    await store.snapshot();
    const first = await store.invalidate(['first'], HOUR);
    await store.invalidate(['second'], HOUR);
    await store.invalidate(['third'], HOUR);
    const tags = (await store.catchUp(first.seq, 1, []))?.rows.map(([tag]) => tag);
    const all = (await store.catchUp(first.seq, 10, []))?.rows.map(([tag]) => tag);
    return tags?.join() === 'third' && all?.join() === 'third,second';
  },
};

/** The facts that do not hold, in a Redis of the test's own. */
export async function brokenFacts(library: TagsLibrary, url: string): Promise<string[]> {
  const outside = new Redis(url);
  const connection = new library.RedisConnection(url, { onWarning: () => undefined });
  const generations = new library.RedisGenerationStore(connection);
  const tags = new library.RedisTags(connection, new library.KeyNames('', false), generations.floor, MOST_ROWS);
  try {
    await connection.connect();
    const broken: string[] = [];
    for (const [name, holds] of Object.entries(FACTS)) {
      const namespace = freshNamespace();
      const [clock, table] = [tagClockKey(namespace), tagTableKey(namespace)];
      const isSo = await holds({ store: tags.of(namespace), outside, clock, table }).catch(() => false);
      if (!isSo) broken.push(name);
    }
    return broken;
  } finally {
    await connection.close();
    await outside.quit();
  }
}
