import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CasCorruptFrameError, decodeTagged, encodeTagged } from 'nestjs-cascache/wire';

const TAGGED = { era: 7, seq: 9, tags: ['a', 'bc'] };
/** Where the count of the tags is in a frame without a stamp, and what follows it. */
const COUNT_AT = 31;
const FIRST_TAG_AT = 32;
const LENGTH_AT = FIRST_TAG_AT + 3 + 4;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a tagged frame', () => {
  it('hands its payload out as a view, wherever it lies', () => {
    const encoded = encodeTagged(7, TAGGED, Buffer.from('payload'));
    const frame = new Uint8Array(new ArrayBuffer(encoded.length + 32), 13, encoded.length);
    frame.set(encoded);
    const { payload, tagged } = decodeTagged(frame);
    expect(tagged).toEqual(TAGGED);
    expect(payload.toString()).toBe('payload');
    expect(payload.buffer).toBe(frame.buffer);
    expect(payload.byteOffset).toBe(frame.byteOffset + LENGTH_AT + 4);
  });

  it('is a copy when it is encoded, in one allocation', () => {
    const payload = Buffer.from('abc');
    const allocations = jest.spyOn(Buffer, 'allocUnsafe');
    const frame = encodeTagged(1, TAGGED, payload, { storedAt: 1, freshMs: 1 });
    expect(allocations).toHaveBeenCalledTimes(1);
    payload.fill(0);
    expect(decodeTagged(frame).payload.toString()).toBe('abc');
  });

  it.each<[string, (frame: Buffer) => unknown]>([
    ...[4, 2 ** 31, 2 ** 32 - 1].map((length): [string, (frame: Buffer) => unknown] => [
      `a declared payload of ${length}`,
      (frame) => frame.writeUInt32BE(length, LENGTH_AT),
    ]),
    ...[3, 64, 65, 255].map((count): [string, (frame: Buffer) => unknown] => [
      `a count of ${count} tags`,
      (frame) => frame.writeUInt8(count, COUNT_AT),
    ]),
    ...[0, 300, 513, 65_535].map((length): [string, (frame: Buffer) => unknown] => [
      `a tag of ${length} bytes`,
      (frame) => frame.writeUInt16BE(length, FIRST_TAG_AT),
    ]),
  ])('is refused before it allocates, and before a tag is read: %s', (_, damage) => {
    const frame = encodeTagged(1, TAGGED, Buffer.from('abc'));
    damage(frame);
    const spies = [
      jest.spyOn(Buffer, 'alloc'),
      jest.spyOn(Buffer, 'allocUnsafe'),
      jest.spyOn(Buffer, 'from'),
      jest.spyOn(Buffer.prototype, 'subarray'),
      jest.spyOn(Buffer.prototype, 'toString'),
    ];
    expect(() => decodeTagged(frame)).toThrow(CasCorruptFrameError);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});
