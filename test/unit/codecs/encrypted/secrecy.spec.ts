import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { EncryptedCodec } from '../../../../lib/codecs/encrypted.codec.js';
import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { StringCodec } from '../../../../lib/codecs/string.codec.js';
import { CONTEXT, outcome } from '../../../support/codec-contract.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);

const codecWith = (keys: Record<string, Uint8Array>, current: string): EncryptedCodec<string> =>
  new EncryptedCodec(new StringCodec(), { keys, current });

describe('EncryptedCodec', () => {
  const codec = codecWith({ old: OLD }, 'old');

  it('stores neither the value nor a trace of it that is the same twice', () => {
    const first = Buffer.from(codec.encode('a secret', CONTEXT));
    const second = Buffer.from(codec.encode('a secret', CONTEXT));
    expect(first.includes('secret')).toBe(false);
    // Magic, key id; then the nonce, which is another one each time.
    expect(first.subarray(0, 6)).toEqual(Buffer.from([0xc1, 0xe1, 3, ...Buffer.from('old')]));
    expect(second.subarray(0, 6)).toEqual(first.subarray(0, 6));
    expect(first.subarray(6, 18)).not.toEqual(second.subarray(6, 18));
    expect(first.subarray(18)).not.toEqual(second.subarray(18));
  });

  it('refuses a ciphertext that was moved to another key or namespace', () => {
    const bytes = codec.encode('of 42', { storageKey: 'single:user:42' });
    expect(codec.decode(bytes, { storageKey: 'single:user:42' })).toBe('of 42');
    expect(outcome(codec, bytes, { storageKey: 'single:user:43' })).toBe('refused');
    expect(outcome(codec, bytes, { storageKey: 'single:admin:42' })).toBe('refused');
  });

  it('refuses every altered bit', () => {
    const bytes = Buffer.from(codec.encode('v', CONTEXT));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      expect([bit, outcome(codec, altered)]).toEqual([bit, 'refused']);
    }
  });

  it('refuses a key id that was exchanged, even for one of the same key', () => {
    const twice = codecWith({ ab: OLD, cd: OLD }, 'ab');
    const bytes = Buffer.from(twice.encode('v', CONTEXT));
    bytes.write('cd', 3);
    expect(outcome(twice, bytes)).toBe('refused');
  });

  it('refuses a header that is moved over the border to the storage key', () => {
    // The same bytes would be authenticated if header and storage key were simply joined without a length.
    const bytes = Buffer.from(codecWith({ ab: OLD, a: OLD }, 'ab').encode('v', { storageKey: 'c' }));
    const moved = Buffer.concat([Buffer.of(0xc1, 0xe1, 1, 0x61), bytes.subarray(5)]);
    expect(outcome(codecWith({ ab: OLD, a: OLD }, 'a'), moved, { storageKey: 'bc' })).toBe('refused');
  });

  it('takes a payload of another codec, key or version for undecodable, not garbage', () => {
    const value = 'value';
    const bytes = Buffer.from(codec.encode(value, CONTEXT));
    for (const other of [new MsgpackCodec(), new JsonCodec(), new StringCodec()]) {
      expect(outcome(codec, other.encode(value))).toBe('refused');
      expect(outcome(other, bytes)).toBe('refused');
    }
    expect(outcome(codecWith({ old: NEW }, 'old'), bytes)).toBe('refused');
    expect(outcome(codecWith({ other: OLD }, 'other'), bytes)).toBe('refused');
    const nextVersion = Buffer.from(bytes);
    nextVersion[1] = 0xe2;
    expect(outcome(codec, nextVersion)).toBe('refused');
  });

  it('keeps reading values of an older key while it writes with the current one', () => {
    const before = codec.encode('written before', CONTEXT);
    const rotated = codecWith({ old: OLD, new: NEW }, 'new');
    expect(rotated.decode(before, CONTEXT)).toBe('written before');
    const after = rotated.encode('written after', CONTEXT);
    expect(codecWith({ new: NEW }, 'new').decode(after, CONTEXT)).toBe('written after');
    expect(outcome(codec, after)).toBe('refused');
    expect(outcome(codecWith({ new: NEW }, 'new'), before)).toBe('refused');
  });

  it('shows its keys neither when it is printed nor in its errors', () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const secretive = new EncryptedCodec(new StringCodec(), { keys: { k: key }, current: 'k' });
    const shown = [inspect(secretive, { depth: 9, showHidden: true }), JSON.stringify(secretive)];
    try {
      secretive.decode(codec.encode('v', CONTEXT), CONTEXT);
    } catch (error) {
      shown.push(inspect(error, { depth: 9 }));
    }
    expect(shown).toHaveLength(3);
    for (const text of shown) {
      expect(text).not.toContain('0123456789abcdef');
      expect(text).not.toContain(key.toString('base64'));
      expect(text).not.toContain('30 31 32');
    }
  });

  it('does not follow a key that is overwritten by its owner afterwards', () => {
    const key = Buffer.alloc(32, 7);
    const before = codecWith({ k: key }, 'k');
    key.fill(0);
    expect(codecWith({ k: Buffer.alloc(32, 7) }, 'k').decode(before.encode('v', CONTEXT), CONTEXT)).toBe('v');
  });
});
