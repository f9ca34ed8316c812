import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CasCorruptFrameError, decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Runs `decode`, which must refuse, and counts what it allocated and looked at on the way. */
function workOf(decode: () => unknown): { allocations: number; members: number } {
  const allocations = [
    jest.spyOn(Buffer, 'alloc'),
    jest.spyOn(Buffer, 'allocUnsafe'),
    jest.spyOn(Buffer, 'from'),
    jest.spyOn(Buffer.prototype, 'subarray'),
  ];
  const keys = jest.spyOn(Buffer.prototype, 'toString');
  expect(decode).toThrow(CasCorruptFrameError);
  const count = (calls: number, spy: { mock: { calls: unknown[] } }): number => calls + spy.mock.calls.length;
  return { allocations: allocations.reduce(count, 0), members: keys.mock.calls.length };
}

function withUInt32(frame: Buffer, value: number, offset: number): Buffer {
  frame.writeUInt32BE(value, offset);
  return frame;
}

const two = [
  { key: 'a', gen: 1, payload: Buffer.from('x') },
  { key: 'b', gen: 2, payload: Buffer.from('y') },
];

describe('lengths and counts that exceed the buffer refused without allocating', () => {
  it.each([1, 2 ** 20, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])('a count of %d in a frame of 10 bytes', (count) => {
    const frame = withUInt32(encodeBulk([]), count, 6);
    expect(workOf(() => decodeBulk(frame))).toEqual({ allocations: 0, members: 0 });
  });

  it.each([3, 2 ** 31, 2 ** 32 - 1])('a count of %d before two members: neither is looked at', (count) => {
    const frame = withUInt32(encodeBulk(two), count, 6);
    expect(workOf(() => decodeBulk(frame))).toEqual({ allocations: 0, members: 0 });
  });

  it('a count that could fit, had the members no longer keys than one byte: no more members than there are', () => {
    const frame = withUInt32(encodeBulk([{ key: 'a', gen: 1, payload: Buffer.alloc(150) }]), 11, 6);
    expect(workOf(() => decodeBulk(frame)).members).toBeLessThanOrEqual(2);
  });

  it.each([2 ** 31, 2 ** 32 - 1])('a payload length of %d in a member', (length) => {
    const frame = withUInt32(encodeBulk(two), length, 10 + 2 + 1 + 8);
    expect(workOf(() => decodeBulk(frame))).toEqual({ allocations: 0, members: 0 });
  });

  it('a key length of 65,535 in a member', () => {
    const frame = encodeBulk(two);
    frame.writeUInt16BE(0xffff, 10);
    expect(workOf(() => decodeBulk(frame))).toEqual({ allocations: 0, members: 0 });
  });

  it.each([2 ** 31, 2 ** 32 - 18, 2 ** 32 - 1])('a payload length of %d in a single frame', (length) => {
    const frame = withUInt32(encodeSingle(1, Buffer.from('abc')), length, 14);
    expect(workOf(() => decodeSingle(frame)).allocations).toBe(0);
  });
});
