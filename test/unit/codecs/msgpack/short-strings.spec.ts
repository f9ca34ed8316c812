import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';

describe('MsgpackCodec and many short strings', () => {
  it.each([
    ['alone', (text: string) => text],
    ['between long ones', (text: string, i: number) => (i % 97 === 0 ? text.repeat(1000) : text)],
    ['between binary data', (text: string, i: number) => (i % 50 === 0 ? Buffer.alloc(i, 0xa3) : text)],
    ['beyond ASCII here and there', (text: string, i: number) => (i % 7 === 0 ? `é${text}` : text)],
  ])('reads each as it was written: %s', (_, vary) => {
    const codec = new MsgpackCodec();
    const texts = Array.from({ length: 5000 }, (__, i) => vary(`${i}`.slice(0, i % 13), i));
    expect(codec.decode(codec.encode(texts))).toEqual(texts);
  });
});
