import { describe, expect, it } from '@jest/globals';
import { CasKeyError } from '../../../lib/errors.js';
import { assertKey } from '../../../lib/keys/assert-key.js';

function refusal(key: unknown): CasKeyError {
  try {
    assertKey(key, 'user');
  } catch (error) {
    if (error instanceof CasKeyError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a key', () => {
  it.each([
    ['one character', 'a'],
    ['a space', ' '],
    ['NUL', '\0'],
    ['a name of Object.prototype', '__proto__'],
    ['braces and globs', '{*}[?]'],
    ['65,535 bytes', 'a'.repeat(65_535)],
    ['65,535 bytes in a third as many characters', '鍵'.repeat(21_845)],
    ['65,535 bytes with surrogate pairs', `${'😀'.repeat(16_383)}abc`],
    ['the replacement character', '\ufffd'],
  ])('may be %s', (_, key) => {
    expect(() => {
      assertKey(key);
    }).not.toThrow();
  });

  it.each<[string, unknown, RegExp]>([
    ['empty', '', /cannot be empty: use at least one character/],
    ['65,536 bytes', 'a'.repeat(65_536), /is too long: at most 65535 bytes of UTF-8. Shorten it with hashKey\(\)/],
    ['65,536 bytes in a third as many characters', `${'鍵'.repeat(21_845)}a`, /is too long/],
    ['a lone high surrogate', 'a\ud83d', /has a lone surrogate: clean it with toWellFormed\(\)/],
    ['a lone low surrogate', '\ude00a', /has a lone surrogate/],
    ['a pair the wrong way round', '\ude00\ud83d', /has a lone surrogate/],
    ['a long key with a lone surrogate', `${'a'.repeat(30_000)}\ud83d`, /has a lone surrogate/],
    ['a number', 42, /is of type number: give String\(id\)\.$/],
    ['undefined', undefined, /this is undefined/],
    ['null', null, /this is null/],
    ['an array', ['a'], /this is an array/],
    ['a String object', Object('a'), /of type object/],
  ])('must not be %s', (_, key, message) => {
    expect(refusal(key).message).toMatch(message);
    expect(refusal(key)).toMatchObject({ code: 'CAS_KEY', namespace: 'user' });
  });

  it('is never shown whole in the message', () => {
    const key = `secret-token\ud800`;
    expect(refusal(key).message).not.toContain('secret');
    expect(refusal(key).key).toBe(key);
  });
});
