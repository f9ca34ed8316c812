import { describe, expect, it } from '@jest/globals';

import { encodeBulk } from '../../../lib/wire/bulk-frame.js';
import { encodeSingle } from '../../../lib/wire/single-frame.js';
import { assertUnpolluted, EXPOSED, EXPOSED_BULKS } from '../../support/core/hostile.js';
import type { Exposed } from '../../support/core/hostile.js';
import { settled } from '../../support/core/manual-timers.js';

const DEEP = 100_000;

const text = (value: string): Uint8Array => Buffer.from(value);
const repeated = (byte: number, end: number): Uint8Array => Buffer.concat([Buffer.alloc(DEEP, byte), Buffer.of(end)]);

/** A msgpack or CBOR text. */
const short = (major: number, value: string): Buffer => Buffer.concat([Buffer.of(major | value.length), text(value)]);

const DEEP_NESTING: Readonly<Record<string, readonly Uint8Array[]>> = {
  msgpack: [repeated(0x91, 0xc0), repeated(0x91, 0x91), Buffer.alloc(2 * DEEP, Buffer.of(0x81, 0x00))],
  json: [text('['.repeat(DEEP)), text('{"a":'.repeat(DEEP))],
  cbor: [
    repeated(0x81, 0xf6),
    repeated(0x9f, 0xff),
    repeated(0xc1, 0x00),
    Buffer.alloc(2 * DEEP, Buffer.of(0xa1, 0x60)),
  ],
};

const HUGE_COUNTS: Readonly<Record<string, readonly number[][]>> = {
  msgpack: [
    [0xdd, 0xff, 0xff, 0xff, 0xff],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    [0xc6, 0xff, 0xff, 0xff, 0xff],
    [0xdb, 0xff, 0xff, 0xff, 0xff],
    [0xc9, 0xff, 0xff, 0xff, 0xff, 0x08],
    [0xdc, 0xff, 0xff, 0xc0],
    [0xc9, 0x00, 0x00, 0x00, 0x05, 0x04, 0xdd, 0xff, 0xff, 0xff, 0xff],
  ],
  json: [],
  cbor: [
    [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0xbb, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x5b, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00],
    [0x7a, 0xff, 0xff, 0xff, 0xff],
    [0x9a, 0xff, 0xff, 0xff, 0xff, 0xf6],
    [0xd8, 0x40, 0x5a, 0xff, 0xff, 0xff, 0xff],
    [0xd9, 0x01, 0x02, 0x9a, 0xff, 0xff, 0xff, 0xff],
  ],
};

/** Payloads that try to reach a prototype. They may be refused, or be plain data of that name. */
const PROTOTYPES: Readonly<Record<string, readonly Uint8Array[]>> = {
  msgpack: [
    Buffer.concat([
      Buffer.of(0x81),
      short(0xa0, '__proto__'),
      Buffer.of(0x81),
      short(0xa0, 'polluted'),
      Buffer.of(0xc3),
    ]),
    Buffer.concat([
      Buffer.of(0x81),
      short(0xa0, 'constructor'),
      Buffer.of(0x81),
      short(0xa0, 'prototype'),
      Buffer.of(0x81),
      short(0xa0, 'polluted'),
      Buffer.of(0xc3),
    ]),
  ],
  json: [text('{"__proto__":{"polluted":true}}'), text('{"constructor":{"prototype":{"polluted":true}}}')],
  cbor: [
    Buffer.concat([
      Buffer.of(0xa1),
      short(0x60, '__proto__'),
      Buffer.of(0xa1),
      short(0x60, 'polluted'),
      Buffer.of(0xf5),
    ]),
    Buffer.concat([
      Buffer.of(0xa1),
      short(0x60, 'constructor'),
      Buffer.of(0xa1),
      short(0x60, 'prototype'),
      Buffer.of(0xa1),
      short(0x60, 'polluted'),
      Buffer.of(0xf5),
    ]),
  ],
};

const codecOf = (name: string): string => name.split(',', 1)[0] as string;

async function expectUndecodable(exposed: Exposed, payload: Uint8Array): Promise<void> {
  exposed.events.forget();
  exposed.plant('42', encodeSingle(await exposed.cache.snapshotGen('42'), payload));
  expect((await exposed.cache.get('42')) === undefined).toBe(true);
  await settled();
  expect(exposed.events.reasons()).toEqual(['undecodable']);
  expect(exposed.has('42')).toBe(false);
  assertUnpolluted();
}

describe.each(EXPOSED)('hostile payloads: $name', ({ name, make }) => {
  it('deep nesting: a miss with a reason, no crash', async () => {
    const exposed = make();
    for (const payload of DEEP_NESTING[codecOf(name)] ?? []) await expectUndecodable(exposed, payload);
  });

  it('deep nesting that is well-formed: a miss, or a value, no crash', async () => {
    const exposed = make();
    const deep = text(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`);
    exposed.plant('42', encodeSingle(await exposed.cache.snapshotGen('42'), deep));
    await exposed.cache.get('42');
    await exposed.cache.getBulk(['42']);
    await settled();
    expect(exposed.events.faults()).toEqual([]);
  });

  it('huge declared counts: a miss with a reason, no crash', async () => {
    const exposed = make();
    for (const payload of HUGE_COUNTS[codecOf(name)] ?? []) await expectUndecodable(exposed, Uint8Array.from(payload));
  });

  it('__proto__ and constructor: no polluted prototype, neither of all objects nor of the value', async () => {
    const exposed = make();
    for (const payload of PROTOTYPES[codecOf(name)] ?? []) {
      const generation = await exposed.cache.snapshotGen('42');
      exposed.plant('42', encodeSingle(generation, payload));
      for (const read of [
        () => exposed.cache.get('42'),
        async () => (await exposed.cache.getBulk(['42'])).values.get('42'),
      ]) {
        const value = await read();
        assertUnpolluted();
        expect((value as { polluted?: unknown } | undefined)?.polluted).toBeUndefined();
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }
    }
  });
});

describe.each(EXPOSED)("a frame under another key's name: $name", ({ make }) => {
  it('is a miss with a reason', async () => {
    const exposed = make();
    const mine = await exposed.cache.snapshotGen('mine');
    const theirs = await exposed.cache.snapshotGen('theirs');
    const payload = exposed.codec.encode('secret', { storageKey: 'single:user:theirs' });
    exposed.plant('mine', encodeSingle(theirs, payload));
    expect(await exposed.cache.get('mine')).toBeUndefined();
    expect(exposed.events.reasons()).toEqual(['stale']);
    await settled();
    exposed.plant('mine', encodeBulk([{ key: 'mine', gen: mine, payload }]));
    expect(await exposed.cache.get('mine')).toBeUndefined();
    expect(exposed.events.reasons()).toEqual(['stale', 'corrupt']);
  });
});

describe.each(EXPOSED_BULKS)("a bulk frame under another set's name: $name", ({ make }) => {
  it('serves none of its values', async () => {
    const exposed = make();
    const gen = await exposed.cache.snapshotGen('theirs');
    await exposed.cache.snapshotGens(['a', 'b']);
    const payload = exposed.codec.encode('secret', { storageKey: 'single:user:theirs' });
    for (const frame of [encodeBulk([{ key: 'theirs', gen, payload }]), encodeSingle(gen, payload)]) {
      exposed.plantBulk(['a', 'b'], frame);
      expect(await exposed.cache.getBulk(['a', 'b'])).toEqual({ values: new Map(), missing: ['a', 'b'] });
      await settled();
      expect(exposed.hasBulk(['a', 'b'])).toBe(false);
    }
    expect(exposed.events.of('heal').map(({ reason }) => reason)).toEqual(['corrupt', 'corrupt']);
  });
});
