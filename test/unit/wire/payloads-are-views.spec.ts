import { describe, expect, it } from '@jest/globals';
import { decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { pickMembers } from '../../../lib/wire/bulk-frame.js';

/** The frame in the middle of a larger buffer, as a client hands out the parts of one reply. */
function inLargerBuffer(frame: Buffer): Uint8Array {
  const backing = new ArrayBuffer(frame.length + 32);
  const view = new Uint8Array(backing, 13, frame.length);
  view.set(frame);
  return view;
}

describe('payloads are views', () => {
  it('of a single frame, wherever it lies', () => {
    const frame = inLargerBuffer(encodeSingle(7, Buffer.from('payload')));
    const { payload } = decodeSingle(frame);
    expect(payload.toString()).toBe('payload');
    expect(payload.buffer).toBe(frame.buffer);
    expect(payload.byteOffset).toBe(frame.byteOffset + 18);
  });

  it('of a bulk frame, wherever it lies', () => {
    const frame = inLargerBuffer(
      encodeBulk([
        { key: 'a', gen: 1, payload: Buffer.from('first') },
        { key: 'b', gen: 2, payload: Buffer.from('second') },
      ]),
    );
    const members = decodeBulk(frame);
    expect(members.map(({ payload }) => payload.toString())).toEqual(['first', 'second']);
    for (const { payload } of members) expect(payload.buffer).toBe(frame.buffer);
    expect(pickMembers(frame, ['b'])[0]?.payload.buffer).toBe(frame.buffer);
  });

  it('and an encoded frame is a copy: the payload can be reused', () => {
    const payload = Buffer.from('abc');
    const single = encodeSingle(1, payload);
    const bulk = encodeBulk([{ key: 'k', gen: 1, payload }]);
    payload.fill(0);
    expect(decodeSingle(single).payload.toString()).toBe('abc');
    expect(decodeBulk(bulk)[0]?.payload.toString()).toBe('abc');
  });
});
