import * as nodeZlib from 'node:zlib';

import { CodecProblem } from './failures.js';

export type CompressionAlgorithm = 'gzip' | 'brotli' | 'zstd';

/** The part of `node:zlib` that is used, of any version: zstd came with Node 22.15 and 23.8. */
export interface Zlib extends Pick<
  typeof nodeZlib,
  'constants' | 'gzipSync' | 'gunzipSync' | 'brotliCompressSync' | 'brotliDecompressSync'
> {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
}

export interface Compression {
  /** Stands in the bytes: never reuse a number. */
  readonly id: number;
  readonly name: CompressionAlgorithm;
  /** From which level to which, and what stands for "not said". */
  readonly levels: readonly [lowest: number, highest: number, usual: number];
  compress(bytes: Uint8Array, level: number): Uint8Array;
  /** @throws for bytes that are not whole, have a rest, or stand for more than `limit` bytes */
  decompress(bytes: Uint8Array, limit: number): Uint8Array;
}

/** What this version of Node can do, best known first. */
export function compressions(zlib: Zlib = nodeZlib): readonly Compression[] {
  const { constants, zstdCompressSync, zstdDecompressSync } = zlib;
  const known: Compression[] = [
    {
      id: 1,
      name: 'gzip',
      levels: [0, 9, 6],
      compress: (bytes, level) => zlib.gzipSync(bytes, { level }),
      decompress: (bytes, limit) => whole(bytes, zlib.gunzipSync(bytes, options(limit))),
    },
    {
      id: 2,
      name: 'brotli',
      // Brotli's own default is 11: the smallest result, at some hundred times the cost of 4.
      levels: [0, 11, 4],
      compress: (bytes, level) =>
        zlib.brotliCompressSync(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: level,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
          },
        }),
      decompress: (bytes, limit) => whole(bytes, zlib.brotliDecompressSync(bytes, options(limit))),
    },
  ];
  if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined) {
    known.push({
      id: 3,
      name: 'zstd',
      levels: [1, 22, 3],
      compress: (bytes, level) => zstdCompressSync(bytes, { params: { [ZSTD_LEVEL]: level, [ZSTD_CHECKSUM]: 1 } }),
      decompress: (bytes, limit) => whole(bytes, zstdDecompressSync(bytes, options(limit))),
    });
  }
  return known;
}

/** `constants.ZSTD_c_compressionLevel` and `ZSTD_c_checksumFlag`, which the types of older versions lack. */
const ZSTD_LEVEL = 100;
const ZSTD_CHECKSUM = 201;

const options = (limit: number) => ({ maxOutputLength: limit, info: true });

/** With `info` the answer is the result and the engine, which knows how many bytes it took. The types do not say so. */
function whole(bytes: Uint8Array, answer: unknown): Uint8Array {
  const { buffer, engine } = answer as { buffer: Uint8Array; engine: { bytesWritten: number } };
  if (engine.bytesWritten !== bytes.byteLength) throw new CodecProblem('there is more after the compressed data');
  return buffer;
}
