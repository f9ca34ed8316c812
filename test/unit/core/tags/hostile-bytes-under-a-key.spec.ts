import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { isUnknownFrame } from '../../../../lib/wire/header.js';
import { encodeSingle } from '../../../../lib/wire/single-frame.js';
import { encodeStamped } from '../../../../lib/wire/stamped-frame.js';
import { decodeTagged, encodeTagged } from '../../../../lib/wire/tagged-frame.js';
import { anyBytes, anyPayload, assertUnpolluted, EXPOSED } from '../../../support/core/hostile.js';
import type { Exposed } from '../../../support/core/hostile.js';
import { settled } from '../../../support/core/manual-timers.js';
import { generation, tagged } from '../../../support/frames.js';

const RUNS = { numRuns: 60 };
const KEY = '42';
const CONTEXT = { storageKey: `single:user:${KEY}` };

describe.each(EXPOSED)('hostile bytes in a store end as a miss where there are tags: $name', ({ make }) => {
  /** The read missed for one of the reasons, and nothing else happened. What is left there may be a newer build's. */
  const expectMiss = async (exposed: Exposed, bytes: Uint8Array, ...reasons: readonly string[]): Promise<void> => {
    exposed.plant(KEY, bytes);
    exposed.events.forget();
    expect(await exposed.cache.get(KEY)).toBeUndefined();
    await settled();
    expect(reasons).toContain(exposed.events.reasons()[0]);
    expect(exposed.events.of('fault')).toEqual([]);
    expect(exposed.has(KEY)).toBe(exposed.events.of('heal').length === 0);
    assertUnpolluted();
  };

  it('any bytes', async () => {
    const exposed = make(true);
    await exposed.cache.observe(KEY);
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        if (isUnknownFrame(bytes, true)) return expectMiss(exposed, bytes, 'unknown-frame');
        return expectMiss(exposed, bytes, 'corrupt', 'stale', 'generation-absent');
      }),
      RUNS,
    );
  });

  it('a good frame of another kind, of the current generation: it may be older than the last clear', async () => {
    const exposed = make(true);
    const gen = await exposed.cache.snapshotGen(KEY);
    await fc.assert(
      fc.asyncProperty(anyPayload, async (payload) => {
        await expectMiss(exposed, encodeSingle(gen, payload), 'tags-unproven');
        await expectMiss(exposed, encodeStamped(gen, { storedAt: 1, freshMs: 1 }, payload), 'tags-unproven');
      }),
      RUNS,
    );
  });

  it('a good tagged frame of any clock and any generation but the current ones', async () => {
    const exposed = make(true);
    const current = await exposed.cache.snapshotGen(KEY);
    await exposed.cache.getOrLoad(KEY, () => 'v', { tags: 'a' });
    await fc.assert(
      fc.asyncProperty(generation, tagged, anyPayload, async (gen, clock, payload) => {
        await expectMiss(exposed, encodeTagged(current, clock, payload), 'tags-unproven');
        if (gen !== current) await expectMiss(exposed, encodeTagged(gen, clock, payload), 'stale');
      }),
      RUNS,
    );
  });

  it('an entry of its own with one byte changed, cut short, or with more behind it: a miss, or what it says', async () => {
    const exposed = make(true);
    const { cache, codec } = exposed;
    const gen = await cache.snapshotGen(KEY);
    const entry = encodeTagged(
      gen,
      { ...(await exposed.clock()), tags: ['a', 'b'] },
      codec.encode({ name: 'Linus' }, CONTEXT),
    );
    const read = async (bytes: Uint8Array): Promise<unknown> => {
      exposed.plant(KEY, bytes);
      const value = await cache.get(KEY);
      await settled();
      return value;
    };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: entry.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        expect(await read(entry.subarray(0, at))).toBeUndefined();
        expect(await read(Buffer.concat([entry, Buffer.of(flip)]))).toBeUndefined();
        const damaged = Buffer.from(entry);
        damaged[at] = (damaged[at] as number) ^ flip;
        const value = await read(damaged);
        // In its tags, its seq or its payload it may say something else, and nothing that was ever ended.
        if (value !== undefined) expect(value).toEqual(codec.decode(decodeTagged(damaged).payload, CONTEXT));
        assertUnpolluted();
      }),
      { numRuns: 40 },
    );
    expect(await read(entry)).toEqual({ name: 'Linus' });
    await cache.invalidateTags('b');
    expect(await read(entry)).toBeUndefined();
    expect(exposed.events.of('fault')).toEqual([]);
  });
});
