import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CasCorruptFrameError, decodeStamped, encodeStamped } from 'nestjs-cascache/wire';

const STAMP = { storedAt: 1_000, freshMs: 60_000 };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a stamped frame', () => {
  it('hands its payload out as a view, wherever it lies', () => {
    const encoded = encodeStamped(7, STAMP, Buffer.from('payload'));
    const frame = new Uint8Array(new ArrayBuffer(encoded.length + 32), 13, encoded.length);
    frame.set(encoded);
    const { payload } = decodeStamped(frame);
    expect(payload.toString()).toBe('payload');
    expect(payload.buffer).toBe(frame.buffer);
    expect(payload.byteOffset).toBe(frame.byteOffset + 34);
  });

  it('is a copy when it is encoded, in one allocation', () => {
    const payload = Buffer.from('abc');
    const allocations = jest.spyOn(Buffer, 'allocUnsafe');
    const frame = encodeStamped(1, STAMP, payload);
    expect(allocations).toHaveBeenCalledTimes(1);
    payload.fill(0);
    expect(decodeStamped(frame).payload.toString()).toBe('abc');
  });

  it.each([4, 2 ** 31, 2 ** 32 - 34, 2 ** 32 - 1])(
    'is refused before it allocates: a declared length of %d',
    (length) => {
      const frame = encodeStamped(1, STAMP, Buffer.from('abc'));
      frame.writeUInt32BE(length, 30);
      const spies = [
        jest.spyOn(Buffer, 'alloc'),
        jest.spyOn(Buffer, 'allocUnsafe'),
        jest.spyOn(Buffer, 'from'),
        jest.spyOn(Buffer.prototype, 'subarray'),
      ];
      expect(() => decodeStamped(frame)).toThrow(CasCorruptFrameError);
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    },
  );
});
