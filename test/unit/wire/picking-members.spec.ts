import { describe, expect, it, jest } from '@jest/globals';
import { encodeBulk } from 'nestjs-cascache/wire';
import { CasCorruptFrameError } from '../../../lib/errors.js';
import { pickMembers } from '../../../lib/wire/bulk-frame.js';

const member = (key: string, gen: number, text: string) => ({ key, gen, payload: Buffer.from(text) });

describe('picking the requested members of a bulk frame', () => {
  const frame = encodeBulk([member('a', 1, 'old'), member('b', 2, 'b'), member('c', 3, 'c'), member('a', 4, 'new')]);

  it('ignores extras, and a member absent from the frame is absent from the answer', () => {
    const picked = pickMembers(frame, new Set(['b', 'x']));
    expect([...picked.values()]).toEqual([member('b', 2, 'b')]);
  });

  it('a key twice in a frame: the last wins', () => {
    expect(pickMembers(frame, new Set(['a'])).get('a')).toEqual(member('a', 4, 'new'));
  });

  it('makes no view of a member that nobody asked for', () => {
    const views = jest.spyOn(Buffer.prototype, 'subarray');
    pickMembers(frame, new Set(['c']));
    expect(views).toHaveBeenCalledTimes(1);
    views.mockRestore();
  });

  it('refuses the frame as a whole when only a later, unasked member is damaged', () => {
    expect(() => pickMembers(frame.subarray(0, frame.length - 1), new Set(['b']))).toThrow(CasCorruptFrameError);
  });
});
