import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { redactKey } from '../../../lib/keys/redact-key.js';

describe('a redacted key', () => {
  it('is the head of its SHA-256 and its length in bytes', () => {
    const digest = createHash('sha256').update('ключ').digest('hex');
    expect(redactKey('ключ')).toBe(`#${digest.slice(0, 8)} (8 bytes)`);
    expect(redactKey('user:42')).toBe('#ea3fd43b (7 bytes)');
  });

  it('tells keys apart and shows nothing of them', () => {
    expect(redactKey('token-a')).not.toBe(redactKey('token-b'));
    expect(redactKey('token-a')).not.toContain('token');
  });
});
