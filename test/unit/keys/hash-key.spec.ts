import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CasKeyError } from '../../../lib/errors.js';
import { hashKey } from '../../../lib/keys/hash-key.js';
import { stableKey } from '../../../lib/keys/stable-key.js';

describe('a hashed key', () => {
  it('is the SHA-256 of the stable key, in hex', () => {
    const query = { page: 1, tags: ['a'] };
    expect(hashKey(query)).toBe(createHash('sha256').update(stableKey(query)).digest('hex'));
    expect(hashKey(query, { algorithm: undefined })).toBe(hashKey({ tags: ['a'], page: 1 }));
  });

  it('has a fixed length, whatever the data', () => {
    expect(hashKey('a'.repeat(1_000_000))).toHaveLength(64);
    expect(hashKey(1)).toHaveLength(64);
    expect(hashKey(1, { algorithm: 'md5' })).toBe(createHash('md5').update('1').digest('hex'));
  });

  it('differs where the stable key does', () => {
    expect(hashKey(1)).not.toBe(hashKey('1'));
    expect(hashKey(['a:b'])).not.toBe(hashKey(['a', 'b']));
  });

  it('can be made by a function of the canonical text', () => {
    expect(hashKey({ b: 1, a: 2 }, { algorithm: (canonical) => `len:${canonical.length}` })).toBe('len:9');
  });

  it.each([[''], [undefined], [7], ['\ud800']])('refuses what such a function must not answer: %p', (answer) => {
    expect(() => hashKey(1, { algorithm: () => answer as string })).toThrow(CasKeyError);
  });

  it('refuses what has no stable key', () => {
    expect(() => hashKey({ a: () => 1 })).toThrow(/^Argument 1, at \.a, is a function/);
  });
});
