import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { CasCorruptFrameError, decodeBulk, decodeSingle, decodeStamped, encodeStamped } from 'nestjs-cascache/wire';

interface StampedVectors {
  readonly good: readonly {
    readonly name: string;
    readonly gen: number;
    readonly storedAt: number;
    readonly freshMs: number;
    readonly payloadHex: string;
    readonly frameHex: string;
  }[];
  readonly corrupt: readonly { readonly name: string; readonly frameHex: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/wire-stamped.json', import.meta.url), 'utf8'),
) as StampedVectors;

describe('a stamped frame', () => {
  it.each(vectors.good)(
    'has the bytes that it always had: $name',
    ({ gen, storedAt, freshMs, payloadHex, frameHex }) => {
      const payload = Buffer.from(payloadHex, 'hex');
      const stamp = { storedAt, freshMs };
      expect(encodeStamped(gen, stamp, payload).toString('hex')).toBe(frameHex);
      expect(decodeStamped(Buffer.from(frameHex, 'hex'))).toEqual({ gen, stamp, payload });
    },
  );

  it.each(vectors.good)('is no frame of another kind: $name', ({ frameHex }) => {
    for (const decode of [decodeSingle, decodeBulk]) {
      expect(() => decode(Buffer.from(frameHex, 'hex'))).toThrow(/of kind 3/);
    }
  });

  it.each(vectors.corrupt)('is refused as corrupt: $name', ({ frameHex }) => {
    expect(() => decodeStamped(Buffer.from(frameHex, 'hex'))).toThrow(CasCorruptFrameError);
  });
});
