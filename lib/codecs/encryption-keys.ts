import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { CasConfigError } from '../errors.js';

/** 32 random bytes: as they are, or as 64 hexadecimal digits, or as base64 or base64url. */
export type EncryptionKey = Uint8Array | string;

export interface EncryptionKeys {
  /** By key id: 1 to 255 bytes of UTF-8, stored in plain with each value. */
  readonly keys: Readonly<Record<string, EncryptionKey>> | ReadonlyMap<string, EncryptionKey>;
  /** The id of the key to write with. The others are for reading what was written with them. */
  readonly current: string;
}

export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

const KEY_BYTES = 32;
const HOW_TO_MAKE_ONE = `Make one with \`openssl rand -base64 ${KEY_BYTES}\`.`;

/** @throws CasConfigError. No message contains a part of a key. */
export function keyRing({ keys, current }: EncryptionKeys): KeyRing {
  const entries = isMap(keys) ? [...keys] : Object.entries(keys);
  const ring = new Map(entries.map(([id, key]) => [checkedId(id), secret(id, key)]));
  if (!ring.has(current)) {
    throw new CasConfigError(
      `EncryptedCodec: current is "${current}", and keys has ${ring.size === 0 ? 'none' : [...ring.keys()].join(', ')}. ` +
        'Name the key to write with.',
    );
  }
  return { current, keys: ring };
}

const isMap = (keys: EncryptionKeys['keys']): keys is ReadonlyMap<string, EncryptionKey> => keys instanceof Map;

function checkedId(id: string): string {
  const { length } = Buffer.from(id, 'utf8');
  if (length >= 1 && length <= 255) return id;
  throw new CasConfigError(
    'EncryptedCodec: a key id has 1 to 255 bytes. Give the key a short name, such as "2026-05".',
  );
}

function secret(id: string, key: EncryptionKey): KeyObject {
  const bytes = typeof key === 'string' ? fromText(id, key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== KEY_BYTES) {
    const found = bytes instanceof Uint8Array ? `${bytes.byteLength} bytes` : `a ${typeof bytes}`;
    throw new CasConfigError(
      `EncryptedCodec: the key "${id}" is ${found}, and AES-256 takes ${KEY_BYTES}. ${HOW_TO_MAKE_ONE}`,
    );
  }
  return createSecretKey(bytes);
}

function fromText(id: string, text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[\w+/-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new CasConfigError(
    `EncryptedCodec: the key "${id}" is a text of ${text.length} characters that is neither 64 hexadecimal digits nor ` +
      `base64 of ${KEY_BYTES} bytes. A pass phrase is no key. ${HOW_TO_MAKE_ONE}`,
  );
}
