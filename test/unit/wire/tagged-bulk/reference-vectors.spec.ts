import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import {
  CasCorruptFrameError,
  CasUnknownFrameError,
  decodeBulk,
  decodeSingle,
  decodeStamped,
  decodeTaggedBulk,
  encodeTaggedBulk,
} from 'nestjs-cascache/wire';

import { decodeEntry } from '../../../../lib/wire/entry-frame.js';
import { pickTaggedMembers } from '../../../../lib/wire/tagged-bulk-frame.js';

interface Bytes {
  readonly name: string;
  readonly frameHex: string;
}

interface Good extends Bytes {
  readonly era: number;
  readonly seq: number;
  readonly members: readonly {
    readonly key: string;
    readonly gen: number;
    readonly tags: readonly string[];
    readonly payloadHex: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/wire-tagged-bulk.json', import.meta.url), 'utf8'),
) as { readonly good: readonly Good[]; readonly corrupt: readonly Bytes[] };

const bytes = ({ frameHex }: Bytes): Buffer => Buffer.from(frameHex, 'hex');
const membersOf = ({ members }: Good) =>
  members.map(({ payloadHex, ...member }) => ({ ...member, payload: Buffer.from(payloadHex, 'hex') }));

describe('a tagged bulk frame', () => {
  it.each(vectors.good)('has the bytes that it always had: $name', (vector) => {
    const [clock, members] = [{ era: vector.era, seq: vector.seq }, membersOf(vector)];
    expect(encodeTaggedBulk(clock, members).toString('hex')).toBe(vector.frameHex);
    expect(decodeTaggedBulk(bytes(vector))).toEqual({ clock, members });
    const keys = members.map(({ key }) => key);
    expect(pickTaggedMembers(bytes(vector), keys)).toEqual({ clock, members });
    const asked = ['none', ...keys.toReversed()];
    expect(pickTaggedMembers(bytes(vector), asked).members).toEqual([undefined, ...members.toReversed()]);
  });

  it.each(vectors.good)("is a newer build's to all who know nothing of tags: $name", (vector) => {
    for (const decode of [decodeSingle, decodeBulk, decodeStamped, (frame: Buffer) => decodeEntry(frame)]) {
      expect(() => decode(bytes(vector))).toThrow(CasUnknownFrameError);
    }
  });

  it.each(vectors.corrupt)('is refused as corrupt: $name', (vector) => {
    expect(() => decodeTaggedBulk(bytes(vector))).toThrow(CasCorruptFrameError);
    expect(() => decodeTaggedBulk(bytes(vector))).not.toThrow(CasUnknownFrameError);
  });
});
