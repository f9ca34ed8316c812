import { describe, expect, it } from '@jest/globals';

import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { bulkKey, singleKey } from '../../../../../lib/keys/storage-keys.js';
import { encodeBulk } from '../../../../../lib/wire/bulk-frame.js';
import { encodeSingle } from '../../../../../lib/wire/single-frame.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TextCodec } from '../../../../support/core/text-codec.js';
import { WITH_BULK, WITH_BYTES } from '../../../../support/core/topologies.js';

const VERSION_OFFSET = 4;
const KIND_OFFSET = 5;

/** A frame as a newer build may write it. */
function newer(at: number, number: number, frame: Uint8Array = encodeSingle(7, Buffer.from('newer'))): Buffer {
  const changed = Buffer.from(frame);
  changed[at] = number;
  return changed;
}

const NEWER = [
  { what: 'another version', frame: newer(VERSION_OFFSET, 2) },
  { what: 'another kind', frame: newer(KIND_OFFSET, 4) },
  { what: 'kind 0', frame: newer(KIND_OFFSET, 0) },
  { what: 'nothing but a header', frame: newer(VERSION_OFFSET, 2).subarray(0, 6) },
];

function held({ entries, at }: Rig, key: string): unknown {
  return entries.held.get(at.call({ namespace: 'user' }, key))?.entry;
}

describe.each(WITH_BYTES)('a frame that only a newer build can read: $name', ({ rig }) => {
  it.each(NEWER)('is a miss, and stays: $what', async ({ frame }) => {
    const stores = rig();
    stores.generations.issue(stores.at('42'));
    stores.placeBytes('42', frame);
    expect(await stores.cache.get('42')).toBeUndefined();
    await settled();
    expect(held(stores, '42')).toBe(frame);
    expect(stores.events.reasons()).toEqual(['unknown-frame']);
    expect(stores.events.of('heal')).toEqual([]);
    expect(stores.cache.stats().misses).toMatchObject({ 'unknown-frame': 1 });
  });

  it('is said once, with what to do', async () => {
    const stores = rig();
    stores.placeBytes('42', newer(VERSION_OFFSET, 2));
    await stores.cache.get('42');
    await stores.cache.get('42');
    expect(stores.events.of('warning')).toMatchObject([{ message: expect.stringContaining('`valueVersion`') }]);
  });

  it('is not overwritten by what is loaded in its place', async () => {
    const stores = rig();
    const frame = newer(KIND_OFFSET, 4);
    stores.placeBytes('42', frame);
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(await stores.cache.getOrLoadMany(['42'], () => new Map([['42', 'loaded']]))).toEqual(
      new Map([['42', 'loaded']]),
    );
    await settled();
    expect(held(stores, '42')).toBe(frame);
    expect(stores.events.of('fill').map(({ outcome }) => outcome)).toEqual(['unavailable', 'unavailable']);
  });

  it('among many keys leaves the others alone', async () => {
    const stores = rig();
    stores.seed('good', 'v');
    const frame = newer(KIND_OFFSET, 4);
    stores.placeBytes('42', frame);
    expect(await stores.cache.getBulk(['42', 'good'])).toEqual({ values: new Map([['good', 'v']]), missing: ['42'] });
    await settled();
    expect(held(stores, '42')).toBe(frame);
  });

  it('goes when its key is invalidated', async () => {
    const stores = rig();
    stores.placeBytes('42', newer(KIND_OFFSET, 4));
    await stores.cache.invalidate('42');
    expect(stores.has('42')).toBe(false);
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(stores.has('42')).toBe(true);
  });

  it.each(['corrupt', 'too short'])('is told from what is %s', async (how) => {
    const stores = rig();
    stores.generations.issue(stores.at('42'));
    const frame = newer(VERSION_OFFSET, 2);
    if (how === 'corrupt') frame[0] = 0;
    stores.placeBytes('42', how === 'corrupt' ? frame : frame.subarray(0, 5));
    await stores.cache.get('42');
    await settled();
    expect(stores.events.reasons()).toEqual(['corrupt']);
    expect(stores.has('42')).toBe(false);
  });
});

describe.each(WITH_BULK)('a bulk frame that only a newer build can read: $name', ({ rig }) => {
  it('stays, and singles are asked', async () => {
    const stores = rig();
    const generation = stores.seed('a', 'single');
    const frame = newer(VERSION_OFFSET, 2, encodeBulk([{ key: 'a', gen: generation, payload: Buffer.from('newer') }]));
    stores.entries.held.set(stores.bulkAt('a'), { entry: frame, ttlMs: 1, cost: undefined });
    expect((await stores.cache.getBulk(['a'])).values).toEqual(new Map([['a', 'single']]));
    await settled();
    expect(stores.entries.held.get(stores.bulkAt('a'))?.entry).toBe(frame);
    expect(stores.events.of('heal')).toEqual([]);
  });
});

describe('a frame that only a newer build can read, in a provider of this process', () => {
  it('is not overwritten by a fill that was not preceded by a read', async () => {
    const provider = new MemoryProvider<Uint8Array>({ maxBytes: 1_000_000 });
    const events = new RecordedEvents();
    const cache = new CasCacheService(resolveNamespaceOptions({ namespace: 'user' }), {
      provider,
      generations: new LocalGenerationStore(),
      codec: new TextCodec(),
      hooks: [events],
    });
    const [single, bulk] = [newer(KIND_OFFSET, 4), newer(VERSION_OFFSET, 2)];
    provider.set(singleKey('user', 'a'), single, { ttlMs: 60_000 });
    provider.set(bulkKey('user', ['a', 'b']), bulk, { ttlMs: 60_000 });
    const observed = await cache.snapshotGens(['a', 'b']);
    expect(await cache.setWithGen('a', 'v', observed.get('a') as number)).toBe('rejected');
    const items = ['a', 'b'].map((key) => [key, 'v'] as const);
    const { bulk: written, singles } = await cache.setBulkWithGens(items, observed);
    expect([written, singles.get('a'), singles.get('b')]).toEqual([false, 'rejected', 'stored']);
    expect(provider.get(singleKey('user', 'a'))).toEqual(single);
    expect(provider.get(bulkKey('user', ['a', 'b']))).toEqual(bulk);
  });
});
