import { describe, expect, it, jest } from '@jest/globals';

import { BytesCodec } from '../../../lib/codecs/bytes.codec.js';
import { ClassCodec } from '../../../lib/codecs/class.codec.js';
import { LimitedCodec } from '../../../lib/codecs/limited.codec.js';
import { MsgpackCodec } from '../../../lib/codecs/msgpack.codec.js';
import type { CasCodec } from '../../../lib/contracts/codec.js';
import { CasConfigError, CasDecodeError, CasEncodeError } from '../../../lib/errors.js';
import { CONTEXT, describeCodecContract } from '../../support/codec-contract.js';
import { PLAIN } from '../../support/codec-samples.js';

describeCodecContract('LimitedCodec', {
  make: () => new LimitedCodec(new MsgpackCodec(), { maxBytes: 1000 }),
  keepsClasses: false,
  carries: PLAIN,
  refuses: [
    { what: 'what is too large', make: () => 'secret '.repeat(150) },
    { what: 'what the inner codec refuses', make: () => () => 'secret' },
  ],
  tells: { trailing: true, truncated: true },
});

describe('LimitedCodec', () => {
  it('refuses larger input on both ways, and lets exactly the limit pass', () => {
    const codec = new LimitedCodec(new BytesCodec(), { maxBytes: 4 });
    expect(codec.encode(Buffer.alloc(4), CONTEXT)).toHaveLength(4);
    expect(codec.decode(Buffer.alloc(4), CONTEXT)).toHaveLength(4);
    expect(() => codec.encode(Buffer.alloc(5), CONTEXT)).toThrow(CasEncodeError);
    expect(() => codec.decode(Buffer.alloc(5), CONTEXT)).toThrow(CasDecodeError);
  });

  it('does not let the inner codec see bytes above the limit', () => {
    const inner = new BytesCodec();
    const decode = jest.spyOn(inner, 'decode');
    expect(() => new LimitedCodec(inner, { maxBytes: 4 }).decode(Buffer.alloc(5), CONTEXT)).toThrow(CasDecodeError);
    expect(decode).not.toHaveBeenCalled();
  });

  it('takes a limit of its own for each way', () => {
    const codec = new LimitedCodec(new BytesCodec(), { maxBytes: 4, maxDecodeBytes: 2 });
    expect(codec.encode(Buffer.alloc(4), CONTEXT)).toHaveLength(4);
    expect(() => codec.decode(Buffer.alloc(3), CONTEXT)).toThrow(CasDecodeError);
    const reading = new LimitedCodec(new BytesCodec(), { maxDecodeBytes: 2 });
    expect(reading.encode(Buffer.alloc(400), CONTEXT)).toHaveLength(400);
  });

  it('names sizes and limits, so that one can be changed', () => {
    const codec = new LimitedCodec(new BytesCodec(), { maxBytes: 4 });
    expect(() => codec.encode(Buffer.alloc(5), CONTEXT)).toThrow(/takes 5 bytes, and 4 are allowed/);
    expect(() => codec.decode(Buffer.alloc(5), CONTEXT)).toThrow(/there are 5, and 4 are allowed/);
  });

  it.each([
    [{}],
    [{ maxBytes: 0 }],
    [{ maxBytes: -1 }],
    [{ maxBytes: 1.5 }],
    [{ maxBytes: Number.NaN }],
    [{ maxEncodeBytes: 1, maxDecodeBytes: 0 }],
  ])('refuses a limit that is none: %j', (options) => {
    expect(() => new LimitedCodec(new BytesCodec(), options)).toThrow(CasConfigError);
  });

  it('hands on what the inner codec says about classes, and the storage key', () => {
    expect(new LimitedCodec(new ClassCodec(new MsgpackCodec(), Date), { maxBytes: 9 }).keepsClasses).toBe(true);
    const inner: CasCodec = new BytesCodec() as CasCodec;
    const encode = jest.spyOn(inner, 'encode');
    const decode = jest.spyOn(inner, 'decode');
    const codec = new LimitedCodec(inner, { maxBytes: 9 });
    codec.decode(codec.encode(Buffer.of(1), CONTEXT), CONTEXT);
    expect(encode).toHaveBeenCalledWith(Buffer.of(1), CONTEXT);
    expect(decode).toHaveBeenCalledWith(Buffer.of(1), CONTEXT);
  });
});
