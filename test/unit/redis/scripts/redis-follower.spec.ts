import { describe, expect, it } from '@jest/globals';

import { followerOf, RedisFollower } from '../../../../lib/redis/scripts/redis-follower.js';
import type { Command } from '../../../../lib/redis/scripts/script-runner.js';

const SERVER = { runId: 'run', replId: 'repl' };
const BUMPS: readonly Command[] = [
  ['bump', 'a'],
  ['bump', 'b'],
];

function follower(carrier: unknown = 'here'): { one: RedisFollower; answers: unknown[] } {
  const answers: unknown[] = [];
  const one = new RedisFollower(
    carrier,
    ({ runId }) => ['announce', runId],
    (reply) => answers.push(reply),
  );
  return { one, answers };
}

describe('what follows commands', () => {
  it('comes behind all of them, made for the server that they go to', () => {
    expect(follower().one.behind(BUMPS, SERVER)).toEqual([...BUMPS, ['announce', 'run']]);
  });

  it('does not follow where the server is not known', () => {
    const { one, answers } = follower();
    expect(one.behind(BUMPS, undefined)).toEqual(BUMPS);
    expect(one.taken([1, 2], BUMPS)).toEqual([1, 2]);
    expect(answers).toEqual([]);
  });

  it('is told its reply where all of them went well', () => {
    const { one, answers } = follower();
    expect(one.taken([1, 2, 'told'], BUMPS)).toEqual([1, 2]);
    expect(answers).toEqual(['told']);
  });

  it('is told nothing where one of them failed: that may be sent again, and come after it', () => {
    const { one, answers } = follower();
    const failed = new Error('NOSCRIPT');
    expect(one.taken([1, failed, 'told'], BUMPS)).toEqual([1, failed]);
    expect(answers).toEqual([]);
  });

  it('is one of its own connection alone', () => {
    const { one } = follower('here');
    expect(followerOf(one, 'here')).toBe(one);
    expect(followerOf(one, 'there')).toBeUndefined();
    expect(followerOf({ carrier: 'here' }, 'here')).toBeUndefined();
    expect(followerOf(undefined, 'here')).toBeUndefined();
  });
});
