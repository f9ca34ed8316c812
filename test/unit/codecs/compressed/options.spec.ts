import * as zlib from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { BytesCodec } from '../../../../lib/codecs/bytes.codec.js';
import { ClassCodec } from '../../../../lib/codecs/class.codec.js';
import { CompressedCodec } from '../../../../lib/codecs/compressed.codec.js';
import type { Zlib } from '../../../../lib/codecs/compression.js';
import type { CodecContext } from '../../../../lib/contracts/codec.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { CONTEXT, outcome } from '../../../support/codec-contract.js';

const text = Buffer.from('the same again and '.repeat(200));

/** `node:zlib` as Node 20 has it, and one whose zstd is gzip in disguise: what matters is which function is called. */
const { constants, gzipSync, gunzipSync, brotliCompressSync, brotliDecompressSync } = zlib;
const withoutZstd: Zlib = { constants, gzipSync, gunzipSync, brotliCompressSync, brotliDecompressSync };
const withZstd: Zlib = {
  ...withoutZstd,
  zstdCompressSync: (bytes) => gzipSync(bytes),
  zstdDecompressSync: (bytes, options) => gunzipSync(bytes, options),
};

describe('CompressedCodec and zstd', () => {
  it('is refused at construction where this version of Node has none, naming what there is', () => {
    expect(() => new CompressedCodec(new BytesCodec(), { algorithm: 'zstd' }, withoutZstd)).toThrow(CasConfigError);
    expect(() => new CompressedCodec(new BytesCodec(), { algorithm: 'zstd' }, withoutZstd)).toThrow(/gzip, brotli/);
  });

  it('is written and read where there is one', () => {
    const codec = new CompressedCodec(new BytesCodec(), { algorithm: 'zstd' }, withZstd);
    const bytes = codec.encode(text, CONTEXT);
    expect([...bytes.subarray(0, 2)]).toEqual([0xc1, 0xa3]);
    expect(codec.decode(bytes, CONTEXT)).toEqual(text);
    expect(new CompressedCodec(new BytesCodec(), {}, withZstd).decode(bytes, CONTEXT)).toEqual(text);
  });

  it('is undecodable, not garbage, where there is none', () => {
    const bytes = new CompressedCodec(new BytesCodec(), { algorithm: 'zstd' }, withZstd).encode(text, CONTEXT);
    expect(outcome(new CompressedCodec(new BytesCodec(), {}, withoutZstd), bytes)).toBe('refused');
  });
});

describe('CompressedCodec and memory', () => {
  it('lets an entry unpack to no more than it declares', () => {
    const limits: unknown[] = [];
    const codec = new CompressedCodec(
      new BytesCodec(),
      {},
      {
        ...withoutZstd,
        gunzipSync: (bytes, options) => {
          limits.push(options?.maxOutputLength);
          return gunzipSync(bytes, options);
        },
      },
    );
    const bytes = Buffer.from(codec.encode(text, CONTEXT));
    codec.decode(bytes, CONTEXT);
    bytes.writeUInt32BE(10, 2);
    expect(outcome(codec, bytes)).toBe('refused');
    expect(limits).toEqual([text.length, 10]);
  });
});

describe('CompressedCodec options', () => {
  it.each([
    [{ algorithm: 'lz4' as never }],
    [{ algorithm: 'constructor' as never }],
    [{ level: 10 }],
    [{ level: -1 }],
    [{ level: 1.5 }],
    [{ algorithm: 'brotli' as const, level: 12 }],
    [{ threshold: -1 }],
    [{ threshold: Number.NaN }],
    [{ maxBytes: 0 }],
    [{ maxBytes: 2 ** 32 }],
  ])('refuses %j', (options) => {
    expect(() => new CompressedCodec(new BytesCodec(), options)).toThrow(CasConfigError);
  });

  it('takes an option that is undefined for one that was not given', () => {
    const codec = new CompressedCodec(new BytesCodec(), {
      algorithm: undefined,
      level: undefined,
      threshold: undefined,
      maxBytes: undefined,
    });
    expect(codec.decode(codec.encode(text, CONTEXT), CONTEXT)).toEqual(text);
  });

  it('hands on what the inner codec says about classes, and the storage key', () => {
    expect(new CompressedCodec(new ClassCodec(new BytesCodec(), Date)).keepsClasses).toBe(true);
    expect(new CompressedCodec({ encode: () => text, decode: () => text }).keepsClasses).toBe(false);
    const seen: string[] = [];
    const pass = (bytes: Uint8Array, { storageKey }: CodecContext): Uint8Array => {
      seen.push(storageKey);
      return bytes;
    };
    const spy = new CompressedCodec({ encode: pass, decode: pass });
    spy.decode(spy.encode(text, CONTEXT), CONTEXT);
    expect(seen).toEqual([CONTEXT.storageKey, CONTEXT.storageKey]);
  });
});
