import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { CasCodec, CodecContext } from '../contracts/codec.js';
import { keyRing } from './encryption-keys.js';
import type { EncryptionKeys, KeyRing } from './encryption-keys.js';
import { CodecProblem, decodeFailure } from './failures.js';
import { keepsClassOf } from './keeps-class.js';
import { view } from './utf8.js';

export type EncryptedCodecOptions = EncryptionKeys;

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** No UTF-8 text and no MessagePack begins with 0xC1. The second byte is the version of this format. */
const MAGIC = Buffer.of(0xc1, 0xe1);
const ID_AT = MAGIC.length + 1;

/**
 * Encrypts what another codec writes: AES-256-GCM with a random nonce for each value.
 *
 * ```text
 * C1 E1 idLen:u8 keyId nonce:12 ciphertext tag:16
 * ```
 *
 * Authenticated together with it: everything before the nonce, and the storage key. So a ciphertext that was moved
 * under another key or into another namespace is undecodable, as is one that was altered. An older value of the *same*
 * key passes: telling it from the current one is the work of the generation. Generations and keys are not encrypted.
 *
 * Keys rotate: add the new one everywhere, then make it `current`, and remove the old one when its entries have
 * expired. A value under a key that is not there is undecodable. Change keys before 2^32 values were written with one.
 */
export class EncryptedCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean;
  readonly #ring: KeyRing;

  /** @throws CasConfigError for keys that are not 32 bytes, and for a `current` that is not among them */
  constructor(
    private readonly inner: CasCodec<V>,
    options: EncryptedCodecOptions,
  ) {
    this.keepsClasses = inner.keepsClasses === true;
    this.#ring = keyRing(options);
  }

  keepsClass(prototype: object): boolean {
    return keepsClassOf(this.inner, prototype);
  }

  /** @throws CasEncodeError */
  encode(value: V, context: CodecContext): Uint8Array {
    const { current } = this.#ring;
    const plain = this.inner.encode(value, context);
    const id = Buffer.from(current, 'utf8');
    const header = Buffer.concat([MAGIC, Buffer.of(id.length), id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key(current), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associated(header, context));
    const sealed = cipher.update(plain);
    cipher.final();
    return Buffer.concat([header, nonce, sealed, cipher.getAuthTag()]);
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array, context: CodecContext): V {
    let plain: Uint8Array;
    try {
      plain = this.open(view(bytes), context);
    } catch (cause) {
      throw decodeFailure('EncryptedCodec', cause);
    }
    return this.inner.decode(plain, context);
  }

  private open(bytes: Buffer, context: CodecContext): Uint8Array {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
      throw new CodecProblem('they do not begin as this codec begins them');
    }
    const nonceAt = ID_AT + (bytes[MAGIC.length] ?? 0);
    const sealedAt = nonceAt + NONCE_BYTES;
    const tagAt = bytes.length - TAG_BYTES;
    if (tagAt < sealedAt) throw new CodecProblem('they end too early');
    const key = this.key(bytes.toString('utf8', ID_AT, nonceAt));
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(nonceAt, sealedAt), { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(bytes.subarray(0, nonceAt), context));
    decipher.setAuthTag(bytes.subarray(tagAt));
    const plain = decipher.update(bytes.subarray(sealedAt, tagAt));
    try {
      decipher.final();
    } catch {
      throw new CodecProblem('they were altered, or written under another storage key or with another key of that id');
    }
    return plain;
  }

  private key(id: string) {
    const key = this.#ring.keys.get(id);
    if (key === undefined) throw new CodecProblem('they are encrypted with a key that is not among the keys given');
    return key;
  }
}

/** The header says its own length, so no two pairs of header and storage key are the same bytes. */
const associated = (header: Buffer, { storageKey }: CodecContext): Buffer =>
  Buffer.concat([header, Buffer.from(storageKey, 'utf8')]);
