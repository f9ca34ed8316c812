import { describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { CasDecodeError, CasEncodeError } from '../../../lib/errors.js';
import { describeCodecContract, outcome } from '../../support/codec-contract.js';
import { OWN_PROTO, PLAIN, UNSTORABLE } from '../../support/codec-samples.js';

describeCodecContract('JsonCodec', {
  make: () => new JsonCodec(),
  keepsClasses: false,
  carries: [
    ...PLAIN.filter(({ what }) => !what.includes('integer')),
    OWN_PROTO,
    { what: 'lone surrogates, which JSON escapes', make: () => ['\ud800', { '\udc00': 1 }] },
    {
      what: 'a date as a string',
      make: () => ({ at: new Date(3) }),
      comesBackAs: () => ({ at: '1970-01-01T00:00:00.003Z' }),
    },
    {
      what: 'undefined properties as missing ones',
      make: () => ({ a: undefined, b: { '': undefined } }),
      comesBackAs: () => ({ b: {} }),
    },
    { what: '-0 as 0', make: () => [-0], comesBackAs: () => [0] },
    {
      what: 'what has a toJSON as what that answers',
      make: () => ({ url: new URL('http://a/') }),
      comesBackAs: () => ({ url: 'http://a/' }),
    },
  ],
  refuses: [
    ...UNSTORABLE,
    { what: 'undefined', make: () => undefined },
    { what: 'undefined in an array', make: () => [undefined] },
    { what: 'a bigint', make: () => ({ n: 1n }) },
    { what: 'NaN', make: () => [Number.NaN] },
    { what: 'an infinity', make: () => Infinity },
    { what: 'an invalid date', make: () => ({ at: new Date(Number.NaN) }) },
    { what: 'a map', make: () => ({ map: new Map([['secret', 1]]) }) },
    { what: 'a set', make: () => new Set(['secret']) },
    { what: 'a regular expression', make: () => /secret/ },
    { what: 'an error', make: () => ({ error: Object.assign(new Error('secret'), { code: 1 }) }) },
    { what: 'a buffer', make: () => ({ bytes: Buffer.from('secret') }) },
    { what: 'a typed array', make: () => Float64Array.of(1) },
    {
      what: 'a cycle',
      make: () => {
        const value: Record<string, unknown> = {};
        value['self'] = value;
        return value;
      },
    },
  ],
  // A number that is cut is often a number still.
  tells: { trailing: false, truncated: false },
});

describe('JsonCodec', () => {
  const codec = new JsonCodec();

  it.each([
    ['bytes that are not UTF-8', Buffer.of(0x22, 0xff, 0x22)],
    ['a byte order mark', Buffer.from('\ufeff1')],
    ['no bytes', Buffer.alloc(0)],
    ['a rest after the value', Buffer.from('{"a":1} 2')],
    ['a value that is cut', Buffer.from('{"a":[1,2')],
  ])('refuses %s', (_, bytes) => {
    expect(outcome(codec, bytes)).toBe('refused');
  });

  it('does not repeat the stored text in an error', () => {
    let thrown: unknown;
    try {
      codec.decode(Buffer.from('{"password":"secret" oops}'));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CasDecodeError);
    expect(String(thrown)).toContain('at position 21');
    expect(String(thrown) + String((thrown as Error).cause)).not.toMatch(/secret|password|oops/);
  });

  it.each([
    [{ total: 1n }, 'a bigint in property total'],
    [['a', () => 1], 'a function in element 1'],
    [{ 'jane@example.org': Symbol('s') }, 'a symbol in a property'],
    [1n, 'a bigint.'],
  ])('says what is refused, and where: %#', (value, text) => {
    expect(() => codec.encode(value)).toThrow(CasEncodeError);
    expect(() => codec.encode(value)).toThrow(text);
  });
});
