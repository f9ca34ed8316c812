import { beforeEach, describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { decodeTaggedBulk } from '../../../../lib/wire/tagged-bulk-frame.js';
import type { TaggedBulk } from '../../../../lib/wire/tagged-bulk-frame.js';
import type { Rig } from '../../../support/core/rig.js';
import { WITH_BULK } from '../../../support/core/topologies.js';

const KEYS = ['1', '2'];
const never = (): never => {
  throw new Error('A hit has loaded.');
};

describe.each(WITH_BULK)('a bulk frame in a namespace with tags: $name', (topology) => {
  let rig: Rig;
  let cache: CasCacheService;

  beforeEach(() => {
    rig = topology.rig({ tags: true });
    ({ cache } = rig);
  });

  const load = (keys: readonly string[], on = cache): Promise<Map<string, unknown>> =>
    on.getOrLoadMany(keys, (missing) => new Map(missing.map((key) => [key, `v${key}`])), {
      tags: 'all',
      tagsOf: (_, key) => `row:${key}`,
    });
  const frame = (): Uint8Array | undefined =>
    rig.entries.held.get(rig.bulkAt(...KEYS))?.entry as Uint8Array | undefined;
  const opened = (): TaggedBulk => decodeTaggedBulk(frame() as Uint8Array);
  /** Only the frame can answer. */
  const forgetSingles = (): void => {
    for (const key of KEYS) rig.entries.held.delete(rig.at(key));
  };
  const served = async (): Promise<string[]> => [...(await cache.getBulk(KEYS)).values.keys()];

  it('has the values of many keys, each with its tags, under one stamp, and answers the list', async () => {
    await load(KEYS);
    const { clock, members } = opened();
    expect(clock).toEqual(rig.generations.tags.clock);
    expect(members.map(({ key, tags }) => [key, tags.toSorted()])).toEqual([
      ['1', ['all', 'row:1']],
      ['2', ['all', 'row:2']],
    ]);
    forgetSingles();
    expect(await served()).toEqual(KEYS);
    expect(await cache.getOrLoadMany(KEYS, never, { tags: 'all' })).toEqual(
      new Map([
        ['1', 'v1'],
        ['2', 'v2'],
      ]),
    );
  });

  it('is no hit for a call that names other tags', async () => {
    await load(KEYS);
    const loaded = await cache.getOrLoadMany(KEYS, (keys) => new Map(keys.map((key) => [key, 'new'])), {
      tags: 'other',
    });
    expect([...loaded.values()]).toEqual(['new', 'new']);
  });

  it.each(['all', 'row:2'])('is dropped once a tag of a member was invalidated: %s', async (tag) => {
    await load(KEYS);
    await cache.invalidateTags(tag);
    expect(await served()).toEqual(tag === 'all' ? [] : ['1']);
    expect(frame()).toBeUndefined();
    forgetSingles();
    expect(await served()).toEqual([]);
  });

  it('stands while other tags are invalidated', async () => {
    await load(KEYS);
    await cache.invalidateTags('row:3');
    forgetSingles();
    expect(await served()).toEqual(KEYS);
  });

  it('is ended by a clear, and proves nothing without a clock', async () => {
    await load(KEYS);
    forgetSingles();
    const { clock } = rig.generations.tags;
    rig.generations.tags.clock = undefined;
    expect(await served()).toEqual([]);
    rig.generations.tags.clock = clock;
    expect(await served()).toEqual(KEYS);
    rig.generations.tags.anew();
    expect(await served()).toEqual([]);
  });

  it('has the stamp of its oldest member', async () => {
    const first = await cache.observe('1');
    const before = rig.generations.tags.clock;
    await cache.invalidateTags('row:9');
    const second = await cache.observe('2');
    const observed = new Map([
      ['1', first],
      ['2', second],
    ]);
    const items = KEYS.map((key) => [key, 'v'] as const);
    expect((await cache.setBulkWithGens(items, observed, { tags: 'all' })).bulk).toBe(true);
    expect(opened().clock).toEqual(before);
  });

  it('is not written of members of two eras, which are stored one by one', async () => {
    const first = await cache.observe('1');
    rig.generations.tags.anew();
    const observed = new Map([
      ['1', first],
      ['2', await cache.observe('2')],
    ]);
    const items = KEYS.map((key) => [key, 'v'] as const);
    expect(await cache.setBulkWithGens(items, observed, { tags: 'all' })).toMatchObject({ bulk: false });
    expect(frame()).toBeUndefined();
    expect(await served()).toEqual(['2']);
  });

  it('is to a process without the option that of one with it', async () => {
    await load(KEYS);
    const before = frame();
    const plain = rig.another({ tags: false });
    forgetSingles();
    expect((await plain.getBulk(KEYS)).missing).toEqual(KEYS);
    expect(frame()).toBe(before);
    expect(rig.events.of('warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('rely on invalidateTags when all have it'),
    ]);
  });
});
