import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { BytesCodec } from '../../../../lib/codecs/bytes.codec.js';
import { CompressedCodec } from '../../../../lib/codecs/compressed.codec.js';
import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { CasEncodeError } from '../../../../lib/errors.js';
import { CONTEXT, outcome } from '../../../support/codec-contract.js';

const RAW = 'c1a0';
const text = Buffer.from('the same again and '.repeat(200));
const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 2_654_435_761) >>> 13));

function header(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 2)).toString('hex');
}

function packed(id: number, size: number, data: Uint8Array): Buffer {
  const head = Buffer.from([0xc1, 0xa0 + id, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(data.byteLength, 6);
  head.writeUInt32BE(size, 2);
  return Buffer.concat([head, data]);
}

describe('CompressedCodec', () => {
  it('stores small values as they are, from the threshold on compressed', () => {
    const codec = new CompressedCodec(new BytesCodec(), { threshold: 500 });
    expect(header(codec.encode(text.subarray(0, 499), CONTEXT))).toBe(RAW);
    expect(header(codec.encode(text.subarray(0, 500), CONTEXT))).toBe('c1a1');
    expect(codec.encode(text, CONTEXT).length).toBeLessThan(text.length / 10);
  });

  it('stores as it is what does not get smaller', () => {
    const codec = new CompressedCodec(new BytesCodec(), { threshold: 0 });
    const encoded = codec.encode(noise.subarray(0, 300), CONTEXT);
    expect(header(encoded)).toBe(RAW);
    expect(encoded).toHaveLength(302);
  });

  it('reads every algorithm, whichever one is configured for writing', () => {
    const gzip = new CompressedCodec(new BytesCodec(), { algorithm: 'gzip' });
    const brotli = new CompressedCodec(new BytesCodec(), { algorithm: 'brotli', level: 11, threshold: 0 });
    expect(brotli.decode(gzip.encode(text, CONTEXT), CONTEXT)).toEqual(text);
    expect(gzip.decode(brotli.encode(text, CONTEXT), CONTEXT)).toEqual(text);
    expect(header(brotli.encode(text, CONTEXT))).toBe('c1a2');
  });

  it('takes a level', () => {
    const size = (level: number): number =>
      new CompressedCodec(new BytesCodec(), { level }).encode(text, CONTEXT).length;
    expect(size(0)).toBeGreaterThan(size(9));
  });

  it('neither writes nor unpacks more than maxBytes', () => {
    const codec = new CompressedCodec(new BytesCodec(), { maxBytes: 1000, threshold: 0 });
    expect(() => codec.encode(Buffer.alloc(1001), CONTEXT)).toThrow(CasEncodeError);
    expect(codec.decode(codec.encode(Buffer.alloc(1000), CONTEXT), CONTEXT)).toHaveLength(1000);
    const large = new CompressedCodec(new BytesCodec(), { threshold: 0 }).encode(Buffer.alloc(1001), CONTEXT);
    expect(large.length).toBeLessThan(100);
    expect(outcome(codec, large)).toBe('refused');
  });

  it('refuses a bomb, whatever size it declares', () => {
    const codec = new CompressedCodec(new BytesCodec(), { maxBytes: 1 << 20 });
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const before = process.memoryUsage().arrayBuffers;
    for (const size of [0, 1, 1000, 1 << 20, 64 << 20, 0xffff_ffff]) {
      expect(outcome(codec, packed(1, size, bomb))).toBe('refused');
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
  });

  it.each([
    ['a smaller size', packed(1, 4, gzipSync('hello'))],
    ['a larger size', packed(1, 6, gzipSync('hello'))],
    ['two members', packed(1, 5, Buffer.concat([gzipSync('hel'), gzipSync('')]))],
    ['a rest after the data', packed(1, 5, Buffer.concat([gzipSync('hello'), Buffer.of(0, 0)]))],
    ['nothing but the header', packed(1, 0, Buffer.alloc(0))],
    ['an algorithm that is none', packed(9, 5, gzipSync('hello'))],
    ['a header that is cut', Buffer.of(0xc1, 0xa1, 0, 0)],
    ['one byte', Buffer.of(0xc1)],
    ['no byte', Buffer.alloc(0)],
  ])('refuses %s', (_, bytes) => {
    expect(outcome(new CompressedCodec(new BytesCodec()), bytes)).toBe('refused');
  });

  it('takes a payload of another codec or version for undecodable, not garbage, and another codec takes one of it so', () => {
    const value = { name: 'x'.repeat(2000) };
    const compressed = new CompressedCodec(new MsgpackCodec());
    for (const other of [new MsgpackCodec(), new JsonCodec()]) {
      expect(outcome(compressed, other.encode(value))).toBe('refused');
      expect(outcome(other, compressed.encode(value, CONTEXT))).toBe('refused');
      expect(outcome(other, compressed.encode('short', CONTEXT))).toBe('refused');
    }
    expect(outcome(compressed, gzipSync(new MsgpackCodec().encode(value)))).toBe('refused');
    for (const version of [0x00, 0x9f, 0xb0, 0xff]) {
      const bytes = Buffer.from(compressed.encode('short', CONTEXT));
      bytes[1] = version;
      expect(outcome(compressed, bytes)).toBe('refused');
    }
  });
});
