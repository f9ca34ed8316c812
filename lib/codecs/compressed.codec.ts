import type { CasCodec, CodecContext } from '../contracts/codec.js';
import { CasConfigError } from '../errors.js';
import { compressions } from './compression.js';
import type { Compression, CompressionAlgorithm, Zlib } from './compression.js';
import { CodecProblem, decodeFailure, encodeFailure } from './failures.js';
import { keepsClassOf } from './keeps-class.js';
import { view } from './utf8.js';

export interface CompressedCodecOptions {
  /** What to write with. Default 'gzip'. 'zstd' needs Node 22.15, or 23.8 and later. */
  readonly algorithm?: CompressionAlgorithm | undefined;
  /** Encoded values of fewer bytes are stored as they are. Default 1024. */
  readonly threshold?: number | undefined;
  /** The algorithm's own scale: gzip 0-9 (6), brotli 0-11 (4), zstd 1-22 (3). */
  readonly level?: number | undefined;
  /** The largest encoded value, uncompressed. More is neither written nor unpacked. Default 67,108,864 (64 MiB). */
  readonly maxBytes?: number | undefined;
}

const KIBIBYTE = 1024;
const DEFAULTS = { algorithm: 'gzip', threshold: KIBIBYTE, maxBytes: 64 * KIBIBYTE * KIBIBYTE } as const;

/** No UTF-8 text and no MessagePack begins with it. */
const MAGIC = 0xc1;
/** The second byte is this, plus the number of the algorithm; plus 0 for bytes that are stored as they are. */
const FORMAT = 0xa0;
const HEADER = 2;
const PACKED_HEADER = HEADER + 8;

/**
 * Compresses what another codec writes.
 *
 * ```text
 * C1 A0 bytes                            as they are: few, or no smaller when compressed
 * C1 A1 size:u32 packed:u32 gzip         size is that of the bytes, uncompressed; packed that of what follows
 * C1 A2 size:u32 packed:u32 brotli
 * C1 A3 size:u32 packed:u32 zstd
 * ```
 *
 * `packed` is there because not every version of zlib misses the end of data that was cut off.
 *
 * Every algorithm that this version of Node has is read, whichever one is written: changing it loses no entry. A
 * process whose Node lacks zstd takes entries of one that has it for undecodable; give all replicas the same algorithm.
 *
 * Synchronous: the event loop waits. A `LimitedCodec` around or inside bounds for how long. Encryption goes around
 * compression, never inside: what is encrypted does not get smaller.
 */
export class CompressedCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean;
  private readonly known: readonly Compression[];
  private readonly writer: Compression;
  private readonly level: number;
  private readonly threshold: number;
  private readonly maxBytes: number;

  /**
   * @param zlib for tests: `node:zlib` as another version has it
   * @throws CasConfigError
   */
  constructor(
    private readonly inner: CasCodec<V>,
    options: CompressedCodecOptions = {},
    zlib?: Zlib,
  ) {
    this.keepsClasses = inner.keepsClasses === true;
    this.known = compressions(zlib);
    this.writer = this.find(options.algorithm ?? DEFAULTS.algorithm);
    const [lowest, highest, usual] = this.writer.levels;
    this.level = integer('level', options.level ?? usual, lowest, highest);
    this.threshold = integer('threshold', options.threshold ?? DEFAULTS.threshold, 0, 0xffff_ffff);
    this.maxBytes = integer('maxBytes', options.maxBytes ?? DEFAULTS.maxBytes, 1, 0xffff_ffff);
  }

  keepsClass(prototype: object): boolean {
    return keepsClassOf(this.inner, prototype);
  }

  /** @throws CasEncodeError when the encoded value is larger than `maxBytes` */
  encode(value: V, context: CodecContext): Uint8Array {
    const bytes = this.inner.encode(value, context);
    const size = bytes.byteLength;
    if (size > this.maxBytes) {
      const problem = new CodecProblem(`it takes ${size} bytes, and maxBytes is ${this.maxBytes}`);
      throw encodeFailure('CompressedCodec', problem, 'Cache less under this key, or raise maxBytes.');
    }
    if (size >= this.threshold) {
      const packed = this.writer.compress(bytes, this.level);
      if (packed.byteLength + PACKED_HEADER < size + HEADER) {
        const header = Buffer.alloc(PACKED_HEADER);
        header.set([MAGIC, FORMAT + this.writer.id]);
        header.writeUInt32BE(size, HEADER);
        header.writeUInt32BE(packed.byteLength, HEADER + 4);
        return Buffer.concat([header, packed]);
      }
    }
    return Buffer.concat([Buffer.of(MAGIC, FORMAT), bytes]);
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array, context: CodecContext): V {
    let unpacked: Uint8Array;
    try {
      unpacked = this.unpack(view(bytes));
    } catch (cause) {
      throw decodeFailure('CompressedCodec', cause);
    }
    return this.inner.decode(unpacked, context);
  }

  private unpack(bytes: Buffer): Uint8Array {
    const format = bytes[1] ?? 0;
    if (bytes[0] !== MAGIC || format < FORMAT) throw new CodecProblem('they do not begin as this codec begins them');
    if (format === FORMAT) return bytes.subarray(HEADER);
    const reader = this.known.find(({ id }) => FORMAT + id === format);
    if (reader === undefined) throw new CodecProblem('they are compressed in a way that this version of Node has not');
    if (bytes.byteLength < PACKED_HEADER) throw new CodecProblem('they end within the header');
    const size = bytes.readUInt32BE(HEADER);
    if (bytes.readUInt32BE(HEADER + 4) !== bytes.byteLength - PACKED_HEADER) {
      throw new CodecProblem('they are not as long as they say');
    }
    // The declared size is the bound, so that a bomb costs what it admits to, and that is at most `maxBytes`.
    if (size > this.maxBytes) throw new CodecProblem(`they unpack to ${size} bytes, and maxBytes is ${this.maxBytes}`);
    const unpacked = reader.decompress(bytes.subarray(PACKED_HEADER), Math.max(size, 1));
    if (unpacked.byteLength !== size) throw new CodecProblem('they unpack to another size than they say');
    return unpacked;
  }

  private find(algorithm: string): Compression {
    const found = this.known.find(({ name }) => name === algorithm);
    if (found !== undefined) return found;
    throw new CasConfigError(
      `CompressedCodec: this version of Node cannot compress with "${algorithm}". ` +
        `Choose one of: ${this.known.map(({ name }) => name).join(', ')}.`,
    );
  }
}

function integer(name: string, value: number, lowest: number, highest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw new CasConfigError(`CompressedCodec: ${name} must be an integer from ${lowest} to ${highest}.`);
}
