import { beforeEach, describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { decodeTagged, encodeTagged } from '../../../../lib/wire/tagged-frame.js';
import { settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { WITH_BYTES } from '../../../support/core/topologies.js';

const KIND_AT = 5;
const A = { tags: 'a' };
const never = (): never => {
  throw new Error('A hit has loaded.');
};

describe.each(WITH_BYTES)('a process without the option beside one that has it: $name', (topology) => {
  let rig: Rig;
  /** The process with the option. */
  let tagged: CasCacheService;
  /** The one without. */
  let plain: CasCacheService;

  beforeEach(() => {
    rig = topology.rig({ tags: true });
    tagged = rig.cache;
    plain = rig.another({ tags: false });
  });

  /** What is near is near one process, and the two of a rig have it in common. */
  const forgetNear = (): void => rig.near?.held.clear();
  const frame = (key: string): Uint8Array => rig.entries.held.get(rig.at(key))?.entry as Uint8Array;
  const askedForClock = (): boolean => rig.log.steps().some((step) => step.startsWith('tags.current'));

  async function load(cache: CasCacheService, key: string, value: string, options = {}): Promise<unknown> {
    forgetNear();
    const loaded = await cache.getOrLoad(key, () => value, options);
    await settled();
    return loaded;
  }

  async function get(cache: CasCacheService, key: string): Promise<unknown> {
    forgetNear();
    const found = await cache.get(key);
    await settled();
    return found;
  }

  /** It has found an entry that carries tags. */
  async function meet(): Promise<void> {
    await load(tagged, 'met', 'v', A);
    expect(await get(plain, 'met')).toBeUndefined();
    rig.log.forget();
  }

  it('asks for no clock, and fills plain frames, until it meets one of the other', async () => {
    await load(plain, '1', 'v');
    expect(await get(plain, '1')).toBe('v');
    expect(askedForClock()).toBe(false);
    expect(frame('1')[KIND_AT]).toBe(1);
  });

  it('misses the first one, leaves it where it is, and says once what that means', async () => {
    await load(tagged, '1', 'v', A);
    const before = frame('1');
    expect(await load(plain, '1', 'own')).toBe('own');
    expect(frame('1')).toBe(before);
    expect(plain.stats().misses['unknown-frame']).toBe(1);
    await load(tagged, '2', 'v', A);
    await get(plain, '2');
    const said = rig.events.of('warning').map(({ message }) => message);
    expect(said).toEqual([expect.stringContaining('rely on invalidateTags when all have it')]);
  });

  it('learns nothing of a damaged one', async () => {
    const damaged = encodeTagged(7, { era: 1, seq: 1, tags: ['a'] }, Buffer.from('v')).subarray(0, -1);
    rig.placeBytes('1', damaged);
    expect(await get(plain, '1')).toBeUndefined();
    expect(frame('1')).toBe(damaged);
    await load(plain, '2', 'v');
    expect(frame('2')[KIND_AT]).toBe(1);
  });

  it('serves those that it meets later while their tags allow it, and no longer', async () => {
    await meet();
    await load(tagged, '1', 'v', A);
    expect(await get(plain, '1')).toBe('v');
    expect(await plain.getOrLoad('1', never)).toBe('v');
    expect((await plain.getBulk(['1'])).values.get('1')).toBe('v');
    expect(askedForClock()).toBe(true);
    await tagged.invalidateTags('a');
    expect(await plain.get('1')).toBeUndefined();
    expect((await plain.getBulk(['1'])).missing).toEqual(['1']);
  });

  it('fills frames of the same kind from then on, which another one like it takes', async () => {
    await meet();
    await load(plain, '1', 'own');
    expect(decodeTagged(frame('1')).tagged).toMatchObject({ tags: [], mayLackTags: true });
    expect(await get(plain, '1')).toBe('own');
    const other = rig.another({ tags: false });
    expect(await get(other, '1')).toBeUndefined();
    expect(await get(other, '1')).toBe('own');
  });

  it('so do its loads of many, and fills by hand under an observation', async () => {
    await meet();
    await plain.getOrLoadMany(['1', '2'], (keys) => new Map(keys.map((key) => [key, key])));
    expect(await plain.setWithGen('3', 'v', await plain.observe('3'))).toBe('stored');
    await plain.setBulkWithGens([['4', 'v']], await plain.snapshotGens(['4']));
    for (const key of ['1', '2', '3', '4']) expect(decodeTagged(frame(key)).tagged.mayLackTags).toBe(true);
    // A number does not tell what the clock was.
    expect(await plain.setWithGen('5', 'v', await plain.snapshotGen('5'))).toBe('rejected');
  });

  it('stores nothing that it began to load before', async () => {
    await load(tagged, 'met', 'v', A);
    const loaded = await plain.getOrLoad('1', async () => {
      await get(plain, 'met');
      return 'own';
    });
    expect(loaded).toBe('own');
    expect(rig.has('1')).toBe(false);
  });

  it('what it stored is nothing to the one with the option, whose tags it may lack', async () => {
    await meet();
    await load(plain, '1', 'own');
    expect(await get(tagged, '1')).toBeUndefined();
    expect(tagged.stats().misses['other-tags']).toBe(1);
    const late = await tagged.getOrLoad('1', (ctx) => {
      ctx.tag('a');
      return 'v';
    });
    expect(late).toBe('v');
    expect(await get(plain, '1')).toBe('v');
    await tagged.invalidateTags('a');
    expect([await get(plain, '1'), await get(tagged, '1')]).toEqual([undefined, undefined]);
  });

  it('what it stored before serves neither of the two', async () => {
    await load(plain, '1', 'own');
    await meet();
    expect(await get(plain, '1')).toBeUndefined();
    expect(await get(tagged, '1')).toBeUndefined();
  });

  it('a clear and an invalidation of either reach what the other stored', async () => {
    await meet();
    for (const [one, end] of [
      [plain, () => tagged.clear()],
      [plain, () => tagged.invalidate('1')],
      [plain, () => plain.clear()],
      [tagged, () => plain.clear()],
      [tagged, () => plain.invalidate('1')],
    ] as const) {
      await load(one, '1', 'v');
      expect(await get(one, '1')).toBe('v');
      await end();
      expect([await get(plain, '1'), await get(tagged, '1')]).toEqual([undefined, undefined]);
    }
  });

  it('explain tells of each what a read would do, and meets nothing', async () => {
    await load(tagged, '1', 'v', A);
    forgetNear();
    expect(await plain.explain('1')).toMatchObject({ hit: false, reason: 'unknown-frame' });
    expect(await get(plain, '1')).toBeUndefined();
    expect(plain.stats().misses['unknown-frame']).toBe(1);
    expect(await plain.explain('1')).toMatchObject({ hit: true });
    await load(plain, '2', 'own');
    forgetNear();
    expect(await plain.explain('2')).toMatchObject({ hit: true });
    expect(await tagged.explain('2')).toMatchObject({ hit: false, reason: 'other-tags' });
  });

  it('names no tags, as before', async () => {
    await meet();
    await expect(plain.getOrLoad('1', () => 'v', A)).rejects.toThrow('has no tags');
    await expect(plain.getOrLoad('1', (ctx) => ctx.tag('a'))).rejects.toThrow('has no tags');
    await expect(plain.invalidateTags('a')).rejects.toThrow('has no tags');
    const tagsOf = (): string => 'a';
    await expect(plain.getOrLoadMany(['1'], () => new Map(), { tagsOf })).rejects.toThrow('has no tags');
    await expect(plain.setWithGen('1', 'v', await plain.observe('1'), A)).rejects.toThrow('has no tags');
  });
});

describe.each(WITH_BYTES.filter(({ shape }) => shape.tiered))('what it holds near: $name', (topology) => {
  it('goes when it meets an entry that carries tags', async () => {
    const rig = topology.rig({ tags: true });
    const plain = rig.another({ tags: false });
    await plain.getOrLoad('1', () => 'own');
    await rig.cache.getOrLoad('met', () => 'v', A);
    rig.near?.held.delete(rig.at('met'));
    expect(await plain.get('1')).toBe('own');
    await plain.get('met');
    await settled();
    expect(rig.near?.held.size).toBe(0);
    expect(await plain.get('1')).toBeUndefined();
  });
});

describe.each(WITH_BYTES.filter(({ shape }) => !shape.tiered))('its bulk frames: $name', (topology) => {
  it('are neither read nor written once it has met an entry that carries tags', async () => {
    const rig = topology.rig({ tags: true });
    const plain = rig.another({ tags: false });
    const load = (keys: string[]): Map<string, string> => new Map(keys.map((key) => [key, key]));
    await plain.getOrLoadMany(['1', '2'], load);
    const at = rig.bulkAt('1', '2');
    expect(rig.entries.held.has(at)).toBe(true);
    await rig.cache.getOrLoad('met', () => 'v', A);
    await plain.get('met');
    expect((await plain.getBulk(['1', '2'])).missing).toEqual(['1', '2']);
    rig.entries.held.delete(at);
    await plain.getOrLoadMany(['1', '2'], load);
    expect((await plain.getBulk(['1', '2'])).values.size).toBe(2);
    expect(rig.entries.held.has(at)).toBe(false);
  });
});
