import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { isUnknownFrame } from '../../../lib/wire/header.js';
import { encodeSingle } from '../../../lib/wire/single-frame.js';
import { encodeStamped } from '../../../lib/wire/stamped-frame.js';
import { anyBytes, anyPayload, assertUnpolluted, EXPOSED } from '../../support/core/hostile.js';
import type { Exposed } from '../../support/core/hostile.js';
import { settled } from '../../support/core/manual-timers.js';

const RUNS = { numRuns: 60 };
/** A plain frame, or one of an entry whose soft ttl is long over. */
const frameOf = fc.constantFrom(encodeSingle, (gen: number, payload: Uint8Array) =>
  encodeStamped(gen, { storedAt: 1, freshMs: 1 }, payload),
);
const REASONS = ['corrupt', 'undecodable', 'stale', 'generation-absent'];

/** The read missed for a reason, what was there is gone, and nothing else happened. */
async function expectMiss({ cache, events, has }: Exposed, key: string, reasons = REASONS): Promise<void> {
  events.forget();
  expect(await cache.get(key)).toBeUndefined();
  await settled();
  expect(has(key)).toBe(false);
  expect(events.all.map(({ type }) => type)).toEqual(['heal', 'miss']);
  expect(reasons).toContain(events.reasons()[0]);
  assertUnpolluted();
}

/** As `expectMiss`, but what looks like a newer build's frame is left where it is. */
async function expectMissOf(exposed: Exposed, key: string, bytes: Uint8Array, reasons = REASONS): Promise<void> {
  exposed.plant(key, bytes);
  if (!isUnknownFrame(bytes)) return expectMiss(exposed, key, reasons);
  exposed.events.forget();
  expect(await exposed.cache.get(key)).toBeUndefined();
  await settled();
  expect(exposed.has(key)).toBe(true);
  expect(exposed.events.reasons()).toEqual(['unknown-frame']);
  expect(exposed.events.of('heal')).toEqual([]);
  assertUnpolluted();
}

/** What the codec itself says of a payload: a value, or nothing. */
function decoded({ codec }: Exposed, payload: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const value = codec.decode(payload, { storageKey: 'single:user:42' });
    return value === undefined ? undefined : { value };
  } catch {
    return undefined;
  }
}

describe.each(EXPOSED)('hostile bytes in the store end as a miss with a reason: $name', ({ make }) => {
  it('any bytes under a key', async () => {
    const exposed = make();
    await exposed.cache.snapshotGen('42');
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        await expectMissOf(exposed, '42', bytes);
      }),
      RUNS,
    );
  });

  it('a good frame of any generation but the current, around any payload: the payload is not even looked at', async () => {
    const exposed = make();
    const current = await exposed.cache.snapshotGen('42');
    const generation = fc
      .oneof(fc.nat(), fc.constantFrom(0, 1, current - 1, current + 1, Number.MAX_SAFE_INTEGER))
      .filter((gen) => gen !== current);
    await fc.assert(
      fc.asyncProperty(frameOf, generation, anyPayload, async (frame, gen, payload) => {
        exposed.plant('42', frame(gen, payload));
        await expectMiss(exposed, '42', ['stale']);
        exposed.plant('without a generation', frame(gen, payload));
        await expectMiss(exposed, 'without a generation', ['generation-absent']);
      }),
      RUNS,
    );
  });

  it('a good frame of the current generation around any payload: undecodable, or what the codec makes of it', async () => {
    const exposed = make();
    const current = await exposed.cache.snapshotGen('42');
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(frameOf, anyPayload, async (frame, payload) => {
        exposed.plant('42', frame(current, payload));
        const expected = decoded(exposed, payload);
        if (expected === undefined) return expectMiss(exposed, '42', ['undecodable']);
        hits++;
        expect(await exposed.cache.get('42')).toStrictEqual(expected.value);
        assertUnpolluted();
      }),
      RUNS,
    );
    // Both branches were taken.
    expect(hits).toBeGreaterThan(0);
    expect(hits).toBeLessThan(RUNS.numRuns);
  });

  it('a good frame with one byte changed, cut short, or with more behind it', async () => {
    const exposed = make();
    const current = await exposed.cache.snapshotGen('42');
    const frame = encodeSingle(current, exposed.codec.encode({ name: 'Linus' }, { storageKey: 'single:user:42' }));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 17 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(frame);
        damaged[at] = (damaged[at] as number) ^ flip;
        await expectMissOf(exposed, '42', damaged, ['corrupt', 'stale']);
        exposed.plant('42', frame.subarray(0, at));
        await expectMiss(exposed, '42', ['corrupt']);
        exposed.plant('42', Buffer.concat([frame, Buffer.of(flip)]));
        await expectMiss(exposed, '42', ['corrupt']);
      }),
      { numRuns: 40 },
    );
    exposed.plant('42', frame);
    expect(await exposed.cache.get('42')).toEqual({ name: 'Linus' });
  });
});
