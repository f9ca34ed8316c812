import { describe, expect, it } from '@jest/globals';

import { CasKeyError } from '../../../lib/errors.js';
import { hashTag } from '../../../lib/keys/hash-tag.js';
import { NamespaceKeys } from '../../../lib/keys/namespace-keys.js';
import {
  bulkKey,
  generationKey,
  leaseKey,
  singleKey,
  unversionedKey,
  valueKey,
} from '../../../lib/keys/storage-keys.js';
import { assertValueVersion } from '../../../lib/keys/value-version.js';

const plain = new NamespaceKeys('user');
const second = new NamespaceKeys('user', '2');
const KEYS = ['42', 'a@b.org', 'x:y', '{tag}', 'x{tag}y', 'a{b', '@', 'k@2:x'];

describe('the storage keys of a version of values', () => {
  it('are without one what they were before there were versions', () => {
    for (const key of [...KEYS, 'a}b']) {
      expect(plain.value(key)).toBe(singleKey('user', key));
      expect(plain.generation(key)).toBe(singleKey('user', key));
      expect(valueKey(plain.value(key))).toBe(singleKey('user', key));
      expect(unversionedKey(plain.value(key))).toBe(singleKey('user', key));
    }
    expect(plain.bulk(['a', 'b'])).toBe(bulkKey('user', ['a', 'b']));
  });

  it('share the generation of the key', () => {
    for (const key of [...KEYS, 'a}b']) {
      expect(second.value(key)).toBe(`single:user@2:${key}`);
      expect(second.generation(key)).toBe(plain.generation(key));
      expect(unversionedKey(second.value(key))).toBe(plain.value(key));
      expect(generationKey(second.value(key))).toBe(generationKey(plain.value(key)));
    }
  });

  it('are in Redis named so that value, generation and load lease hash alike', () => {
    for (const key of KEYS) {
      for (const prefix of ['', 'app:', '{app}:']) {
        const storageKey = second.value(key);
        const names = [generationKey(storageKey, prefix), valueKey(storageKey, prefix), leaseKey(storageKey, prefix)];
        const hashed = new Set(names.map((name) => hashTag(prefix + name) ?? name));
        expect(hashed.size).toBe(1);
      }
    }
    expect(valueKey(second.value('42'))).toBe('single:user@2:{single:user:42}');
    expect(valueKey(second.value('x{tag}'))).toBe('single:user@2:{tag}:single:user:x{tag}');
    expect(leaseKey(second.value('42'))).toBe('load:user@2:{single:user:42}');
    expect(leaseKey(plain.value('42'))).toBe('load:{single:user:42}');
    expect(second.bulk(['a', 'b'])).toMatch(/^bulk:user@2:[0-9a-f]{16}$/);
  });

  it('are never those of another version or namespace', () => {
    const all = [plain, second, new NamespaceKeys('user', '22'), new NamespaceKeys('user2')].flatMap((keys) =>
      [...KEYS, '2:{single:user:42}'].map((key) => valueKey(keys.value(key))),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('all begin with one of the prefixes of the namespace', () => {
    const names = [plain, second].flatMap((keys) => [valueKey(keys.value('42')), keys.value('42'), keys.bulk(['42'])]);
    for (const name of names) expect(plain.entryPrefixes().filter((prefix) => name.startsWith(prefix))).toHaveLength(1);
    const foreign = new NamespaceKeys('user2', '2');
    for (const name of [foreign.value('42'), foreign.bulk(['42'])]) {
      expect(plain.entryPrefixes().some((prefix) => name.startsWith(prefix))).toBe(false);
    }
  });
});

describe('a version of values', () => {
  it.each(['2', 'v2.1', 'orders_v3', 'x'.repeat(32)])('may be %s', (version) => {
    expect(() => assertValueVersion(version)).not.toThrow();
  });

  it.each(['', 'x'.repeat(33), 'a:b', 'a@b', 'a b', '{2}', 2, null])('cannot be %j', (version) => {
    expect(() => assertValueVersion(version)).toThrow(CasKeyError);
    expect(() => assertValueVersion(version)).toThrow(/valueVersion .* choose 1 to 32 characters/);
  });
});
