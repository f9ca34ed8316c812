import { describe, expect, it } from '@jest/globals';

import { ABSENT, MAX_GENERATION, OPEN } from '../../../../lib/contracts/generation-store.js';
import { CasMalformedGenerationError } from '../../../../lib/errors.js';
import {
  isGeneration,
  issued,
  issuedOrError,
  readCell,
  readingOf,
} from '../../../../lib/redis/cells/generation-cell.js';

const read = (text: string): number => readCell(Buffer.from(text, 'latin1'), 'single:ns:user:42');

describe('the cell of a generation', () => {
  it('is absent when there is none', () => {
    expect(readCell(null, 'k')).toBe(ABSENT);
  });

  it.each([1, 9, 10, 1_780_000_000_000_000, MAX_GENERATION])('reads as the number %d', (generation) => {
    expect(read(String(generation))).toBe(generation);
  });

  it.each(['!5;w=9999999999999', '!', '!anything', '!5;w=1'])('is open by its first byte alone: "%s"', (text) => {
    expect(read(text)).toBe(OPEN);
  });

  it.each([
    '',
    '0',
    '00',
    '01',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1.0',
    '1e3',
    '0x10',
    'x',
    '/',
    ':',
    '\u0000',
    '\u00b2',
    '9007199254740991',
    '9007199254740992',
    '9999999999999999',
    '10000000000000000',
    '9'.repeat(1_000),
  ])('is malformed when nothing of ours wrote it: "%s"', (text) => {
    expect(() => read(text)).toThrow(CasMalformedGenerationError);
    const cell = Buffer.from(text, 'latin1');
    expect(readingOf(cell, 'k')).toBeInstanceOf(CasMalformedGenerationError);
  });

  it('text that is not a decimal safe integer or an intent is a fault naming the key, which stays out of the message', () => {
    const error = readingOf(Buffer.from('junk'), 'single:ns:user:42') as CasMalformedGenerationError;
    expect(error).toMatchObject({ code: 'CAS_MALFORMED_GENERATION', key: 'single:ns:user:42' });
    expect(error.message).toMatch(/#[0-9a-f]{8} \(17 bytes\)/);
    expect(error.message).not.toMatch(/user:42|junk/);
  });

  it('passes the failure of a read on', () => {
    const failure = new Error('lost');
    expect(readingOf(failure, 'k')).toBe(failure);
  });
});

describe('what a script answers', () => {
  it('is a generation, or 0', () => {
    expect(issued('0')).toBe(0);
    expect(issued(String(MAX_GENERATION))).toBe(MAX_GENERATION);
  });

  it.each(['9007199254740991', '-1', 'x', null, undefined, '1.5'])(
    'is refused when no store can have issued it: %s',
    (reply) => {
      expect(() => issued(reply ?? Number.NaN)).toThrow(CasMalformedGenerationError);
      expect(issuedOrError(reply ?? Number.NaN)).toBeInstanceOf(CasMalformedGenerationError);
    },
  );

  it('may be an error', () => {
    const failure = new Error('lost');
    expect(issuedOrError(failure)).toBe(failure);
  });

  it.each([0, -1, Number.NaN, 1.5, 1e21, 2 ** 53 - 1, Number.POSITIVE_INFINITY])(
    '%d was never issued',
    (generation) => {
      expect(isGeneration(generation)).toBe(false);
    },
  );
});
