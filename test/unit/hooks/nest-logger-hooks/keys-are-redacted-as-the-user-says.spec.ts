import { expect, it } from '@jest/globals';

import { redactKey, redactorOf } from '../../../../lib/keys/redact-key.js';

it('a redaction of the user is used, and the default where it fails or answers no text', () => {
  expect(redactorOf((key) => key.slice(0, 2))('user:42')).toBe('us');
  expect(redactorOf(undefined)('user:42')).toBe(redactKey('user:42'));
  expect(redactorOf(() => undefined as unknown as string)('user:42')).toBe(redactKey('user:42'));
  const failing = redactorOf(() => {
    throw new Error('no such key');
  });
  expect(failing('user:42')).toBe(redactKey('user:42'));
});
