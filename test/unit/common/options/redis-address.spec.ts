import { describe, expect, it } from '@jest/globals';

import { redisAddress } from '../../../../lib/common/options/redis-address.js';
import { CasConfigError } from '../../../../lib/errors.js';

const OWNER = 'redis of forRoot';

describe('the URL of a Redis', () => {
  it.each([
    ['redis://127.0.0.1', 'redis://127.0.0.1'],
    ['redis://127.0.0.1:6379/2?family=4', 'redis://127.0.0.1:6379/2?family=4'],
    ['rediss://app:p%40ss@cache.example:6380', 'rediss://app:p%40ss@cache.example:6380'],
    ['redis://:p:ss^w"rd@cache_1:6379', 'redis://:p:ss^w"rd@cache_1:6379'],
    ['redis://[::1]:6379', 'redis://[::1]:6379'],
    ['valkey://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['VALKEYS://127.0.0.1', 'rediss://127.0.0.1'],
    ['/run/redis.sock', '/run/redis.sock'],
  ])('%s is %s', (given, address) => {
    expect(redisAddress(given, OWNER)).toBe(address);
  });

  it.each([
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    ['unix://app:p%40ss@/run/redis.sock?db=3', { path: '/run/redis.sock', db: 3, username: 'app', password: 'p@ss' }],
    ['unix://:pw@/run/redis.sock', { path: '/run/redis.sock', password: 'pw' }],
  ])('%s is a socket', (given, address) => {
    expect(redisAddress(given, OWNER)).toEqual(address);
  });

  it.each([
    'redis://hidden1:hidden2@hidden3@hidden4:6379',
    'redis://hidden1:hidden2/hidden3@hidden4:6379',
    'redis://hidden1:hidden2#hidden3@hidden4:6379',
    'redis://hidden1:hidden2?hidden3@hidden4:6379',
    'redis://hidden1:hidden2%@hidden4:6379',
    'redis://hidden1:hidden2%zz@hidden4',
    'rediss://hidden1:@hidden2@hidden3/0',
    'valkey://hidden1:hidden2@hidden3@hidden4',
    'unix://hidden1:hid@den2@/hidden3',
  ])('%s is refused with the advice to encode, and nothing of it is in the error', (given) => {
    const error = errorOf(() => redisAddress(given, OWNER));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('percent-encoded');
    expect(error.message).toContain('encodeURIComponent(password)');
    expect(everythingOf(error)).not.toMatch(/hid|den/);
  });

  it.each(['http://hidden1:hidden2', 'hidden1:hidden2', 'redis:/hidden1', 'redis://hidden1:hidden2', 'unix://hidden1'])(
    '%s is refused as no URL, and nothing of it is in the error',
    (given) => {
      const error = errorOf(() => redisAddress(given, OWNER));
      expect(error).toBeInstanceOf(CasConfigError);
      expect(error.message).toContain(OWNER);
      expect(everythingOf(error)).not.toMatch(/hid|den/);
    },
  );
});

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was taken');
}

/** All that could be logged of the error, but for the stack, which names this file. */
function everythingOf(error: Error): string {
  return JSON.stringify([error.message, error.cause, Object.entries(error)]);
}
