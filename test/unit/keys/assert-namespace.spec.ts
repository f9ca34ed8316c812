import { describe, expect, it } from '@jest/globals';
import { CasKeyError } from '../../../lib/errors.js';
import { assertNamespace } from '../../../lib/keys/assert-key.js';
import { bulkKey, singleKey } from '../../../lib/keys/storage-keys.js';

describe('a namespace', () => {
  it.each(['user', 'a', 'A-Z_0.9', '-', '.', 'x'.repeat(64)])('may be %p', (namespace) => {
    expect(() => {
      assertNamespace(namespace);
    }).not.toThrow();
  });

  it.each(['', 'x'.repeat(65), 'a:b', 'a b', 'a/b', 'a{b}', 'a*', 'é', 'user\n', '\nuser'])(
    'must not be %p, and the message says what is allowed',
    (namespace) => {
      expect(() => {
        assertNamespace(namespace);
      }).toThrow(CasKeyError);
      expect(() => {
        assertNamespace(namespace);
      }).toThrow(/choose 1 to 64 characters out of A-Z, a-z, 0-9/);
    },
  );

  it.each<unknown>([undefined, null, 7, ['user'], {}])('must not be %p, which is no text', (namespace) => {
    expect(() => {
      assertNamespace(namespace);
    }).toThrow(/A namespace is a string/);
  });

  it('never shares a storage key with another, though their texts could be put together alike', () => {
    expect(singleKey('app', 'prod:users:42')).toBe('single:app:prod:users:42');
    expect(() => {
      assertNamespace('app:prod');
    }).toThrow(CasKeyError);
    expect(singleKey('bulk', 'x')).not.toBe(bulkKey('single', ['x']));
  });
});
