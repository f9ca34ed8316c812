import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { describeCodecContract } from '../../../support/codec-contract.js';
import { LOSSY, PLAIN, RICH, UNSTORABLE, WIDE } from '../../../support/codec-samples.js';

describe('MsgpackCodec', () => {
  it.each([
    [{ user: { tags: [1, () => 1] } }, 'a function at $.user.tags[1].'],
    [{ 'jane@example.org': Symbol('s') }, 'a symbol at $[…].'],
    [new Map([['k', new Set([Promise.resolve()])]]), 'a Promise at $[0][0].'],
  ])('says what is refused, and where, but no name that may be data: %#', (value, text) => {
    expect(() => new MsgpackCodec().encode(value)).toThrow(text);
  });
});

describeCodecContract('MsgpackCodec', {
  make: () => new MsgpackCodec(),
  keepsClasses: false,
  carries: [...PLAIN, ...WIDE, ...RICH, ...LOSSY],
  refuses: [
    ...UNSTORABLE,
    { what: 'a URL', make: () => ({ url: new URL('https://secret.example') }) },
    { what: 'a boxed number', make: () => ({ boxed: new Number(1) }) },
    { what: 'a boxed string', make: () => [new String('secret')] },
    {
      what: 'more than 1000 objects in each other',
      make: () => {
        let deep: unknown = 'secret';
        for (let i = 0; i < 1001; i++) deep = [deep];
        return deep;
      },
    },
  ],
  tells: { trailing: true, truncated: true },
});
