import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { ClassCodec } from '../../../../lib/codecs/class.codec.js';
import { EncryptedCodec } from '../../../../lib/codecs/encrypted.codec.js';
import type { EncryptionKey } from '../../../../lib/codecs/encryption-keys.js';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { CONTEXT } from '../../../support/codec-contract.js';

const key = randomBytes(32);

const make = (keys: Record<string, EncryptionKey> | Map<string, EncryptionKey>, current = 'k'): EncryptedCodec =>
  new EncryptedCodec(new MsgpackCodec(), { keys, current });

describe('the keys of EncryptedCodec', () => {
  it.each<[string, EncryptionKey]>([
    ['bytes', Uint8Array.from(key)],
    ['hexadecimal digits', key.toString('hex')],
    ['capital hexadecimal digits', key.toString('hex').toUpperCase()],
    ['base64', key.toString('base64')],
    ['base64 without padding', key.toString('base64').replace('=', '')],
    ['base64url', key.toString('base64url')],
  ])('are taken as %s', (_, form) => {
    const bytes = make({ k: key }).encode('value', CONTEXT);
    expect(make({ k: form }).decode(bytes, CONTEXT)).toBe('value');
  });

  it('are taken from a map as well as from an object', () => {
    const bytes = make({ k: key }).encode('value', CONTEXT);
    expect(make(new Map([['k', key]])).decode(bytes, CONTEXT)).toBe('value');
  });

  it.each<[string, unknown, RegExp]>([
    ['31 bytes', key.subarray(1), /key "k" is 31 bytes, and AES-256 takes 32/],
    ['33 bytes', Buffer.alloc(33), /33 bytes/],
    ['no bytes', Buffer.alloc(0), /0 bytes/],
    ['a pass phrase', 'correct horse battery staple', /pass phrase is no key/],
    ['a pass phrase of 32 characters', 'x'.repeat(32), /pass phrase is no key/],
    ['base64 of 16 bytes', randomBytes(16).toString('base64'), /openssl rand/],
    ['nothing', undefined, /is a undefined/],
    ['a number', 7, /is a number/],
  ])('are refused when they are %s', (_, wrong, message) => {
    const construct = () => make({ k: wrong as EncryptionKey });
    expect(construct).toThrow(CasConfigError);
    expect(construct).toThrow(message);
  });

  it('are not repeated in the message that refuses them', () => {
    let message = '';
    try {
      make({ k: 'correct horse battery staple' });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('28 characters');
    expect(message).not.toContain('horse');
  });

  it('must have the current one among them', () => {
    expect(() => make({ a: key, b: key }, 'c')).toThrow(/current is "c", and keys has a, b/);
    expect(() => make({}, 'c')).toThrow(/keys has none/);
    expect(() => make({ a: key }, 'toString')).toThrow(CasConfigError);
  });

  it('have ids of 1 to 255 bytes', () => {
    expect(() => make({ '': key }, '')).toThrow(CasConfigError);
    expect(() => make({ ['é'.repeat(128)]: key }, 'é'.repeat(128))).toThrow(CasConfigError);
    const id = `${'é'.repeat(127)}x`;
    const codec = make({ [id]: key }, id);
    expect(codec.decode(codec.encode('value', CONTEXT), CONTEXT)).toBe('value');
  });

  it('do not change what the inner codec says about classes', () => {
    const options = { keys: { k: key }, current: 'k' };
    expect(new EncryptedCodec(new MsgpackCodec(), options).keepsClasses).toBe(false);
    expect(new EncryptedCodec(new ClassCodec(new MsgpackCodec(), Date), options).keepsClasses).toBe(true);
  });
});
