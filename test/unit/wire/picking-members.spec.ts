import { describe, expect, it, jest } from '@jest/globals';
import { encodeBulk } from 'nestjs-cascache/wire';
import { CasCorruptFrameError } from '../../../lib/errors.js';
import { pickMembers } from '../../../lib/wire/bulk-frame.js';

const member = (key: string, gen: number, text: string) => ({ key, gen, payload: Buffer.from(text) });

describe('picking the requested members of a bulk frame', () => {
  const frame = encodeBulk([member('a', 1, 'old'), member('b', 2, 'b'), member('c', 3, 'c'), member('a', 4, 'new')]);

  it('ignores extras, and a member absent from the frame is absent from the answer', () => {
    expect(pickMembers(frame, ['b', 'x'])).toEqual([member('b', 2, 'b'), undefined]);
  });

  it('answers in the order of the request, whatever that of the frame', () => {
    const three = [member('a', 1, 'x'), member('é', 2, 'y'), member('c', 3, 'z')];
    const [a, e, c] = three;
    for (const order of [
      [a, e, c],
      [c, e, a],
      [e, c],
      [a, c, e],
    ]) {
      const keys = order.map((each) => each?.key ?? '');
      expect(pickMembers(encodeBulk(three), keys)).toEqual(order);
    }
  });

  it('tells keys apart that begin alike, and a character from the byte of its code', () => {
    const alike = encodeBulk([member('ab', 1, ''), member('\u00e9', 2, '')]);
    expect(pickMembers(alike, ['a', 'ab', 'abc'])).toEqual([undefined, member('ab', 1, ''), undefined]);
    const raw = encodeBulk([{ ...member('', 3, ''), key: Uint8Array.of(0xe9) }]);
    expect(pickMembers(raw, ['\u00e9'])).toEqual([undefined]);
  });

  it('a key twice in a frame: the last wins', () => {
    expect(pickMembers(frame, ['a'])[0]).toEqual(member('a', 4, 'new'));
  });

  it('makes no view of a member that nobody asked for', () => {
    const views = jest.spyOn(Buffer.prototype, 'subarray');
    pickMembers(frame, ['c']);
    expect(views).toHaveBeenCalledTimes(1);
    views.mockRestore();
  });

  it('a key twice in a frame, the first where the request has it: the last wins', () => {
    const twice = encodeBulk([member('a', 1, 'old'), member('a', 2, 'new')]);
    expect(pickMembers(twice, ['a', 'b'])).toEqual([member('a', 2, 'new'), undefined]);
  });

  it('refuses the frame as a whole when only a later, unasked member is damaged', () => {
    expect(() => pickMembers(frame.subarray(0, frame.length - 1), ['b'])).toThrow(CasCorruptFrameError);
  });
});
