import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MAX_GENERATION } from '../../../../lib/contracts/generation.js';
import { CasMalformedGenerationError } from '../../../../lib/errors.js';
import { caughtUp, issuedClock, readClock } from '../../../../lib/redis/cells/tag-cells.js';

const number = fc.integer({ min: 1, max: MAX_GENERATION });

describe('the clock of tags, as it stands in Redis', () => {
  it('is read for any two numbers', () => {
    fc.assert(
      fc.property(number, number, (era, seq) => {
        expect(readClock(Buffer.from(`${era};${seq}`))).toEqual({ era, seq });
        expect(issuedClock(`${era};${seq}`)).toEqual({ era, seq });
      }),
    );
  });

  it.each([
    '',
    ';',
    '1',
    '1;',
    ';1',
    '1;2;3',
    '0;1',
    '1;0',
    '01;1',
    '1;01',
    '-1;1',
    '1.5;2',
    '1e3;2',
    ' 1;2',
    '1;2\n',
    '1;2 ',
    '1;\u0662',
    `1;${MAX_GENERATION + 1}`,
    `${MAX_GENERATION + 1};1`,
    '1;99999999999999999999',
    `1;${'1'.repeat(1_000_000)}`,
    '!5;w=7',
    'NaN;NaN',
    '\u0000;\u0000',
  ])('counts as lost where it is "%s"', (text) => {
    expect(readClock(Buffer.from(text))).toBeUndefined();
    expect(() => issuedClock(text)).toThrow(CasMalformedGenerationError);
  });

  it('is lost where nothing is, or something that is no text', () => {
    expect(readClock(null)).toBeUndefined();
    expect(() => issuedClock(null)).toThrow(CasMalformedGenerationError);
    expect(() => issuedClock(7)).toThrow(CasMalformedGenerationError);
  });

  it('is nothing else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const found = readClock(Buffer.from(bytes));
        if (found !== undefined) expect(Buffer.from(bytes).toString()).toBe(`${found.era};${found.seq}`);
      }),
    );
  });
});

describe('what a script answered that looked at the rows of tags', () => {
  it('is nothing where a mark was missing', () => {
    expect(caughtUp([], 10)).toBeUndefined();
  });

  it('is nothing where a mark is no number of ours', () => {
    for (const odd of ['inf', '-1', '0', 'nan', '1.5', '1e300']) {
      for (let place = 0; place < 3; place++) {
        const marks = ['5', '7', '5'];
        marks[place] = odd;
        expect(caughtUp([marks, []], 10)).toBeUndefined();
      }
    }
  });

  it('has the numbers of tags in the order of the question, and marks for no rows', () => {
    const members = ['#', '9', 't:#', '9', 't:t:a', '8', '@', '5', 't:', '4', '^', '3'];
    expect(caughtUp([['5', '9', '3', null, '8'], members], 10)).toEqual({
      era: 5,
      seq: 9,
      floor: 3,
      own: [undefined, 8],
      rows: [
        ['#', 9],
        ['t:a', 8],
        ['', 4],
      ],
    });
    expect(caughtUp([['5', '9', '3'], members], 2)?.rows).toEqual([
      ['#', 9],
      ['t:a', 8],
    ]);
  });

  it('takes a number as servers write large ones', () => {
    expect(
      caughtUp(
        [
          ['1.7645472e+15', '1.7645472e+15', '1.7645472e+15'],
          ['t:a', '1.7645472e+15'],
        ],
        10,
      ),
    ).toMatchObject({
      era: 1_764_547_200_000_000,
      rows: [['a', 1_764_547_200_000_000]],
    });
  });
});
