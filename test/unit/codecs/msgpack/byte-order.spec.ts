import { describe, expect, it } from '@jest/globals';

import { inLittleEndian } from '../../../../lib/codecs/msgpack/binary-kinds.js';

describe('the elements of typed arrays', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

  it.each([
    [1, [1, 2, 3, 4, 5, 6, 7, 8]],
    [2, [2, 1, 4, 3, 6, 5, 8, 7]],
    [4, [4, 3, 2, 1, 8, 7, 6, 5]],
    [8, [8, 7, 6, 5, 4, 3, 2, 1]],
  ])('of %i bytes are turned round on a machine of the other byte order, and back again', (size, turned) => {
    expect([...inLittleEndian(bytes, size, 'BE')]).toEqual(turned);
    expect([...inLittleEndian(inLittleEndian(bytes, size, 'BE'), size, 'BE')]).toEqual([...bytes]);
    expect([...inLittleEndian(bytes, size, 'LE')]).toEqual([...bytes]);
  });

  it('are copied either way', () => {
    expect(inLittleEndian(bytes, 4, 'LE').buffer).not.toBe(bytes.buffer);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
