import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { encodeBulk } from '../../../lib/wire/bulk-frame.js';
import { isUnknownFrame } from '../../../lib/wire/header.js';
import { anyBytes, anyPayload, assertUnpolluted, EXPOSED_BULKS } from '../../support/core/hostile.js';
import type { Exposed } from '../../support/core/hostile.js';
import { settled } from '../../support/core/manual-timers.js';

const RUNS = { numRuns: 50 };
const KEYS = ['a', 'b'];
const SINGLES = new Map([
  ['a', 'single a'],
  ['b', 'single b'],
]);

/** Two keys that are cached as singles, and their generations. */
async function withSingles(exposed: Exposed): Promise<ReadonlyMap<string, number>> {
  const observed = await exposed.cache.snapshotGens(KEYS);
  for (const [key, value] of SINGLES) await exposed.cache.setWithGen(key, value, observed.get(key) as number);
  return observed;
}

/** The bulk entry is gone for a reason, and the singles were served. */
async function expectDropped(exposed: Exposed): Promise<void> {
  exposed.events.forget();
  expect(await exposed.cache.getBulk(KEYS)).toEqual({ values: SINGLES, missing: [] });
  await settled();
  expect(exposed.hasBulk(KEYS)).toBe(false);
  expect(exposed.events.of('heal')).toMatchObject([{ key: undefined, bulk: true, reason: expect.any(String) }]);
  expect(exposed.events.of('fault')).toEqual([]);
  assertUnpolluted();
}

describe.each(EXPOSED_BULKS)('hostile bytes in a bulk entry are dropped, and singles served: $name', ({ make }) => {
  it('any bytes', async () => {
    const exposed = make();
    await withSingles(exposed);
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        exposed.plantBulk(KEYS, bytes);
        if (!isUnknownFrame(bytes)) return expectDropped(exposed);
        expect(await exposed.cache.getBulk(KEYS)).toEqual({ values: SINGLES, missing: [] });
        expect(exposed.hasBulk(KEYS)).toBe(true);
      }),
      RUNS,
    );
  });

  it('a huge declared count, of members or of bytes', async () => {
    const exposed = make();
    const observed = await withSingles(exposed);
    const payload = payloadOf(exposed, 'bulk');
    const good = encodeBulk(KEYS.map((key) => ({ key, gen: observed.get(key) as number, payload })));
    for (const at of [6, good.length - payload.length - 4]) {
      for (const count of [3, 0xffff, 0x7fff_ffff, 0xffff_ffff]) {
        const frame = Buffer.from(good);
        frame.writeUInt32BE(count, at);
        exposed.plantBulk(KEYS, frame);
        await expectDropped(exposed);
      }
    }
    const longKey = Buffer.from(good);
    longKey.writeUInt16BE(0xffff, 10);
    exposed.plantBulk(KEYS, longKey);
    await expectDropped(exposed);
  });

  it('a good frame cut short, or with more behind it', async () => {
    const exposed = make();
    const observed = await withSingles(exposed);
    const good = encodeBulk(
      KEYS.map((key) => ({ key, gen: observed.get(key) as number, payload: payloadOf(exposed, `bulk ${key}`) })),
    );
    for (let length = 0; length < good.length; length++) {
      exposed.plantBulk(KEYS, good.subarray(0, length));
      await expectDropped(exposed);
    }
    exposed.plantBulk(KEYS, Buffer.concat([good, Buffer.of(0)]));
    await expectDropped(exposed);
    exposed.plantBulk(KEYS, good);
    expect((await exposed.cache.getBulk(KEYS)).values).toEqual(new Map(KEYS.map((key) => [key, `bulk ${key}`])));
  });

  it("members of any key, generation and payload: never another key's value, never one that is not current", async () => {
    const exposed = make();
    const observed = await withSingles(exposed);
    const foreign = await exposed.cache.snapshotGen('foreign');
    const member = fc.record({
      key: fc.constantFrom('a', 'b', 'foreign', '__proto__', 'constructor', 'a\u0000'),
      gen: fc.constantFrom(observed.get('a') as number, observed.get('b') as number, foreign, 0, 7),
      payload: fc.oneof(anyPayload, fc.constantFrom(...[1, 2].map((i) => payloadOf(exposed, `bulk ${i}`)))),
    });
    let served = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 5 }), async (members) => {
        exposed.plantBulk(KEYS, encodeBulk(members));
        exposed.events.forget();
        const { values, missing } = await exposed.cache.getBulk(KEYS);
        await settled();
        assertUnpolluted();
        expect(exposed.events.of('fault')).toEqual([]);
        expect([[...values.keys()], missing]).toEqual([KEYS, []]);
        if (!exposed.hasBulk(KEYS)) return expect(values).toEqual(SINGLES);
        served++;
        for (const [key, value] of values) {
          const last = members.findLast((each) => each.key === key);
          expect(last?.gen).toBe(observed.get(key));
          const storageKey = `single:user:${key}`;
          expect(value).toStrictEqual(exposed.codec.decode(last?.payload as Uint8Array, { storageKey }));
        }
      }),
      { numRuns: 160 },
    );
    expect(served).toBeLessThan(160);
  });

  it('members that look like properties of every object are keys like any other', async () => {
    const exposed = make();
    const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const observed = await exposed.cache.snapshotGens(keys);
    exposed.plantBulk(
      keys,
      encodeBulk(keys.map((key) => ({ key, gen: observed.get(key) as number, payload: payloadOf(exposed, key) }))),
    );
    expect((await exposed.cache.getBulk(keys)).values).toEqual(new Map(keys.map((key) => [key, key])));
    exposed.plantBulk(keys, encodeBulk([]));
    expect((await exposed.cache.getBulk(keys)).missing).toEqual(keys);
    assertUnpolluted();
  });
});

function payloadOf({ codec }: Exposed, value: unknown): Uint8Array {
  return codec.encode(value, { storageKey: 'single:user:a' });
}
