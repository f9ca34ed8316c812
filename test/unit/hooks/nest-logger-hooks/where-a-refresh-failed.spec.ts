import { describe, expect, it } from '@jest/globals';

import { firstFrame } from '../../../../lib/hooks/first-frame.js';
import { Log } from '../../../support/nest/log.js';

const SECRET = 'Countess of Lovelace';

/** As libraries do: a function that makes its errors. */
class RowError extends Error {
  override readonly name = 'RowError';

  static refuse(message: string): RowError {
    return new RowError(message);
  }
}

const tell = (log: Log, operation: 'refresh' | 'get', cause: unknown): void =>
  log.hooks.onEvent({ type: 'fault', namespace: 'user', operation, key: 'ada', cause });

describe('NestLoggerHooks: a refresh that failed', () => {
  it('is logged with the place in the code that its error comes from, and without its message', () => {
    const log = new Log();
    tell(log, 'refresh', RowError.refuse(`name is "${SECRET}"`));
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^error user: refresh of key #\w+ \(3 bytes\) failed: RowError at \w+\.refuse \(.*where-a-refresh-failed\.spec\.ts:\d+:\d+\)$/,
      ),
    ]);
    expect(log.lines.join()).not.toContain(SECRET);
  });

  it('is logged without a place where it is no failure of a loader', () => {
    const log = new Log();
    tell(log, 'get', RowError.refuse(SECRET));
    expect(log.lines).toEqual([expect.stringMatching(/failed: RowError$/)]);
  });
});

describe('the first frame of an error', () => {
  it.each([
    ['several lines', `row:\n    at ${SECRET} (/rows/1:1:1)\nend`],
    ['a line that looks like a frame', `    at ${SECRET} (/rows/1:1:1)`],
    ['nothing', ''],
  ])('is found behind a message of %s', (_, message) => {
    const frame = firstFrame(RowError.refuse(message));
    expect(frame).toMatch(/where-a-refresh-failed\.spec\.ts:\d+:\d+\)$/);
    expect(frame).not.toContain(SECRET);
  });

  it('is none where the stack is of another message', () => {
    const error = RowError.refuse(`row\n    at ${SECRET} (/rows/1:1:1)`);
    expect(error.stack).toContain(SECRET);
    error.message = 'changed';
    expect(firstFrame(error)).toBeUndefined();
  });

  it.each([
    ['no error', SECRET],
    ['an error without a stack', Object.assign(new Error(SECRET), { stack: undefined })],
    ['code without a file', Object.assign(new Error('x'), { stack: `Error: x\n    at eval (data:${SECRET},1:1:1)` })],
  ])('is none of %s', (_, error) => {
    expect(firstFrame(error)).toBeUndefined();
  });
});
