import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { decodeBulk } from '../../../../lib/wire/bulk-frame.js';
import { decodeTaggedBulk } from '../../../../lib/wire/tagged-bulk-frame.js';
import { bulkKey } from '../../../../lib/keys/storage-keys.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';
import { TaggedProcess } from '../../../support/redis/tagged-process.js';

const KEYS = ['1', '2', '3'];
const TAGS = { tags: 'all', tagsOf: (_: string, key: string) => `row:${key}` };

describe('many keys of a namespace with tags', () => {
  let client: Redis;
  let namespace: string;
  let open: TaggedProcess[];

  beforeAll(async () => {
    client = new Redis(await sharedRedis());
  });

  afterAll(() => client.quit());

  beforeEach(() => {
    namespace = freshNamespace();
    open = [];
  });

  afterEach(() => Promise.all(open.map((one) => one.close())));

  async function start(tags: boolean | 'everywhere' = true): Promise<TaggedProcess> {
    const one = new TaggedProcess(await sharedRedis(), { namespace, topology: 'redis', tags });
    open.push(one);
    await one.connection.connect();
    return one;
  }

  const frame = (): Promise<Buffer | null> => client.getBuffer(bulkKey(namespace, KEYS));
  const load = ({ cache }: TaggedProcess, value: string, options = TAGS): Promise<Map<string, string>> =>
    cache.getOrLoadMany(KEYS, (missing) => new Map(missing.map((key) => [key, value])), options);
  const served = async ({ cache }: TaggedProcess): Promise<string[]> => [...(await cache.getBulk(KEYS)).values.keys()];

  it('have one frame, which answers in every process until a tag of any member is invalidated', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await load(one, 'old');
    expect(decodeTaggedBulk((await frame()) as Buffer).members.map(({ key }) => key)).toEqual(KEYS);
    await client.del(KEYS.map(one.names.value));
    expect([await served(one), await served(other)]).toEqual([KEYS, KEYS]);
    await one.cache.invalidateTags('unknown');
    expect(await served(other)).toEqual(KEYS);
    await one.cache.invalidateTags('row:2');
    expect(await served(other)).toEqual([]);
    expect(await frame()).toBeNull();
    expect([...(await load(other, 'new')).values()]).toEqual(['new', 'new', 'new']);
    expect([await served(one), await served(other)]).toEqual([KEYS, KEYS]);
    expect(other.events.of('fault')).toEqual([]);
  });

  it('have no frame any more after a clear in one step, or an erasure of one of them', async () => {
    const [one, other] = await Promise.all([start('everywhere'), start('everywhere')]);
    await load(one, 'old');
    await other.cache.clear();
    expect(await served(one)).toEqual([]);
    await load(one, 'new');
    await other.cache.erase('1');
    expect(await frame()).toBeNull();
  });

  it('of a process without the option are framed without tags, and those of one with it stay', async () => {
    const [plain, tagged] = await Promise.all([start(false), start()]);
    await plain.cache.getOrLoadMany(KEYS, (missing) => new Map(missing.map((key) => [key, 'plain'])));
    expect(decodeBulk((await frame()) as Buffer)).toHaveLength(3);
    expect(await served(tagged)).toEqual([]);
    await load(tagged, 'tagged');
    const before = await frame();
    expect(decodeTaggedBulk(before as Buffer).members).toHaveLength(3);
    await plain.cache.getBulk(KEYS);
    expect(await served(plain)).toEqual(KEYS);
    expect(await frame()).toEqual(before);
    await tagged.cache.invalidateTags('all');
    expect([await served(plain), await served(tagged)]).toEqual([[], []]);
  });
});
