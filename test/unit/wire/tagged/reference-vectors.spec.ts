import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import {
  CasCorruptFrameError,
  CasUnknownFrameError,
  decodeBulk,
  decodeSingle,
  decodeStamped,
  decodeTagged,
  encodeTagged,
} from 'nestjs-cascache/wire';

import { decodeEntry } from '../../../../lib/wire/entry-frame.js';

interface Bytes {
  readonly name: string;
  readonly frameHex: string;
}

interface Good extends Bytes {
  readonly gen: number;
  readonly era: number;
  readonly seq: number;
  readonly tags: readonly string[];
  readonly mayLackTags?: true;
  readonly storedAt?: number;
  readonly freshMs?: number;
  readonly payloadHex: string;
}

interface TaggedVectors {
  readonly good: readonly Good[];
  readonly corrupt: readonly Bytes[];
  readonly unknown: readonly Bytes[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/wire-tagged.json', import.meta.url), 'utf8'),
) as TaggedVectors;

const bytes = ({ frameHex }: Bytes): Buffer => Buffer.from(frameHex, 'hex');
const stampOf = ({ storedAt, freshMs }: Good) =>
  storedAt === undefined || freshMs === undefined ? undefined : { storedAt, freshMs };

describe('a tagged frame', () => {
  it.each(vectors.good)('has the bytes that it always had: $name', (vector) => {
    const { gen, era, seq, tags, mayLackTags, payloadHex, frameHex } = vector;
    const tagged = { era, seq, tags, ...(mayLackTags && { mayLackTags }) };
    const [payload, stamp] = [Buffer.from(payloadHex, 'hex'), stampOf(vector)];
    expect(encodeTagged(gen, tagged, payload, stamp).toString('hex')).toBe(frameHex);
    const expected = { gen, tagged, stamp, payload };
    expect(decodeTagged(bytes(vector))).toEqual(expected);
    expect(decodeEntry(bytes(vector), true)).toEqual(expected);
  });

  it.each(vectors.good)("is a newer build's to all who know nothing of tags: $name", (vector) => {
    for (const decode of [decodeSingle, decodeBulk, decodeStamped, (frame: Buffer) => decodeEntry(frame)]) {
      expect(() => decode(bytes(vector))).toThrow(CasUnknownFrameError);
    }
  });

  it.each(vectors.corrupt)('is refused as corrupt: $name', (vector) => {
    expect(() => decodeTagged(bytes(vector))).toThrow(CasCorruptFrameError);
    expect(() => decodeTagged(bytes(vector))).not.toThrow(CasUnknownFrameError);
  });

  it.each(vectors.unknown)("is a newer build's to all: $name", (vector) => {
    for (const decode of [decodeTagged, decodeSingle, (frame: Buffer) => decodeEntry(frame, true)]) {
      expect(() => decode(bytes(vector))).toThrow(CasUnknownFrameError);
    }
  });
});
