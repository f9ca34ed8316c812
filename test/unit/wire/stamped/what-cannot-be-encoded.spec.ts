import { describe, expect, it } from '@jest/globals';
import { encodeStamped } from 'nestjs-cascache/wire';

import { CasEncodeError, CasGenerationError } from '../../../../lib/errors.js';

const payload = Buffer.from('v');
const ODD: readonly unknown[] = [-1, 0.5, NaN, Infinity, 2 ** 53, '7', 7n, undefined];

describe('a stamped frame refuses to be written', () => {
  it.each(ODD)('under the generation %p', (gen) => {
    expect(() => encodeStamped(gen as number, { storedAt: 1, freshMs: 1 }, payload)).toThrow(CasGenerationError);
  });

  it.each(ODD)('as stored at %p', (storedAt) => {
    const write = (): unknown => encodeStamped(1, { storedAt: storedAt as number, freshMs: 1 }, payload);
    expect(write).toThrow(CasEncodeError);
    expect(write).toThrow(/storedAt .* whole milliseconds from 0/);
  });

  it.each([0, ...ODD])('as fresh for %p', (freshMs) => {
    const write = (): unknown => encodeStamped(1, { storedAt: 1, freshMs: freshMs as number }, payload);
    expect(write).toThrow(CasEncodeError);
    expect(write).toThrow(/freshMs .* whole milliseconds from 1/);
  });

  it.each<unknown>(['text', null, [1, 2], new ArrayBuffer(2)])(
    'around a payload that is no Uint8Array: %p',
    (value) => {
      expect(() => encodeStamped(1, { storedAt: 1, freshMs: 1 }, value as Uint8Array)).toThrow(CasEncodeError);
    },
  );
});
