import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Reference vectors: what the Go library made and said when its own code was run. Ours is held to its tag v0.2.0. */
export const TAG = 'v0.2.0';

type Bytes =
  | { readonly kind: 'hex'; readonly hex: string }
  | { readonly kind: 'utf8'; readonly text: string }
  | { readonly kind: 'repeat'; readonly byte: string; readonly count: number }
  | { readonly kind: 'sha256ctr'; readonly seed: string; readonly count: number };

/** Long encodings are given by length and digest alone. */
interface Encoded {
  readonly len: number;
  readonly sha256: string;
  readonly hex?: string;
}

type PerTag<T> = Readonly<Record<typeof TAG, T>>;

interface WireVectors {
  readonly singleEncode: readonly {
    readonly name: string;
    readonly gen: string;
    readonly payload: Bytes;
    readonly out: Encoded;
  }[];
  readonly bulkEncode: readonly {
    readonly name: string;
    readonly items: readonly { readonly key: Bytes; readonly gen: string; readonly payload: Bytes }[];
    readonly out?: Encoded;
    readonly error?: PerTag<string>;
  }[];
  readonly decode: readonly {
    readonly name: string;
    readonly kind: 'single' | 'bulk';
    readonly hex: string;
    readonly verdict: PerTag<'ok' | 'corrupt'>;
    readonly single?: { readonly gen: string; readonly payloadHex: string };
    readonly items?: readonly {
      readonly key: string | null;
      readonly keyHex: string;
      readonly gen: string;
      readonly payloadHex: string;
    }[];
  }[];
  readonly storageKeys: readonly {
    readonly name: string;
    readonly ns: string;
    readonly keys: readonly string[];
    readonly single: PerTag<readonly string[]>;
    readonly bulkGet: PerTag<string>;
    readonly bulkSet: PerTag<string>;
  }[];
}

export const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/wire-v1.json', import.meta.url), 'utf8'),
) as WireVectors;

/** The bytes that a recipe of the file stands for. */
export function bytesOf(recipe: Bytes): Buffer {
  switch (recipe.kind) {
    case 'hex':
      return Buffer.from(recipe.hex, 'hex');
    case 'utf8':
      return Buffer.from(recipe.text, 'utf8');
    case 'repeat':
      return Buffer.concat(Array.from({ length: recipe.count }, () => Buffer.from(recipe.byte, 'hex')));
    default:
      return counterStream(recipe.seed, recipe.count);
  }
}

/** How the file writes an encoding. */
export function summary(bytes: Uint8Array, like: Encoded): Encoded {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const short = { len: bytes.length, sha256 };
  return like.hex === undefined ? short : { ...short, hex: Buffer.from(bytes).toString('hex') };
}

/** The one allowed deviation: a generation that a JavaScript number cannot hold. */
export function isBeyondOurs(gen: string): boolean {
  return BigInt(gen) > BigInt(Number.MAX_SAFE_INTEGER);
}

function counterStream(seed: string, count: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; blocks.length * 32 < count; i++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(i);
    blocks.push(createHash('sha256').update(seed, 'utf8').update(counter).digest());
  }
  return Buffer.concat(blocks).subarray(0, count);
}
