import { describe, expect, it, jest } from '@jest/globals';
import { encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { CasEncodeError, CasGenerationError } from '../../../lib/errors.js';

const payload = Buffer.from('v');

/** Claims a length that no test can allocate. */
function claiming(length: number): Uint8Array {
  return Object.defineProperty(new Uint8Array(1), 'length', { value: length });
}

describe('a frame refuses to be written', () => {
  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, '7' as unknown as number, 7n as unknown as number])(
    'under the generation %p',
    (gen) => {
      expect(() => encodeSingle(gen, payload)).toThrow(CasGenerationError);
      expect(() => encodeBulk([{ key: 'k', gen, payload }])).toThrow(CasGenerationError);
    },
  );

  it.each<unknown>(['text', null, [1, 2], new ArrayBuffer(2)])(
    'around a payload that is not a Uint8Array: %p',
    (value) => {
      const odd = value as Uint8Array;
      expect(() => encodeSingle(1, odd)).toThrow(CasEncodeError);
      expect(() => encodeBulk([{ key: 'k', gen: 1, payload: odd }])).toThrow(CasEncodeError);
    },
  );

  it('around more bytes than its length field, or a buffer, can hold', () => {
    expect(() => encodeSingle(1, claiming(2 ** 32))).toThrow(/at most 2\^32-1 bytes do/);
    const half = { key: 'k', gen: 1, payload: claiming(2 ** 32 - 1) };
    expect(() => encodeBulk(Array.from({ length: 2 ** 21 + 1 }, () => half))).toThrow(CasEncodeError);
  });

  it('and is otherwise one allocation', () => {
    const allocations = jest.spyOn(Buffer, 'allocUnsafe');
    encodeSingle(1, payload);
    expect(allocations).toHaveBeenCalledTimes(1);
    encodeBulk([
      { key: 'a', gen: 1, payload },
      { key: 'b', gen: 1, payload },
    ]);
    expect(allocations).toHaveBeenCalledTimes(2);
    allocations.mockRestore();
  });
});
