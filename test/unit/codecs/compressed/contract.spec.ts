import * as zlib from 'node:zlib';

import { CompressedCodec } from '../../../../lib/codecs/compressed.codec.js';
import type { CompressionAlgorithm } from '../../../../lib/codecs/compression.js';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { describeCodecContract } from '../../../support/codec-contract.js';
import { LARGE, PLAIN, UNSTORABLE } from '../../../support/codec-samples.js';

const available: CompressionAlgorithm[] = 'zstdCompressSync' in zlib ? ['gzip', 'brotli', 'zstd'] : ['gzip', 'brotli'];

for (const algorithm of available) {
  describeCodecContract(`CompressedCodec with ${algorithm}`, {
    make: () => new CompressedCodec(new MsgpackCodec(), { algorithm, threshold: 100 }),
    keepsClasses: false,
    carries: [...PLAIN, ...LARGE],
    refuses: UNSTORABLE,
    tells: { trailing: true, truncated: true },
  });
}
