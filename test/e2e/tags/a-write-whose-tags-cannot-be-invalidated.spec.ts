import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasInvalidate, runInCasTransaction } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { scripted } from '../../support/nest/scripted-application.js';

const { compile } = applications();

@Injectable()
class Users {
  @CasInvalidate({ key: (id: string) => id, tags: () => ['a', 'b'], tagsFrom: (id: string) => [`user:${id}`] })
  async rename(id: string): Promise<string> {
    return id;
  }
}

const KEYS = new Error('keys are down');
const TAGS = new Error('tags are down');
const FAILED_KEYS = new Map([['1', KEYS]]);
const FAILED_TAGS = new Map(['a', 'b', 'user:1'].map((tag) => [tag, TAGS]));
const NONE = new Map();

/** An application in which some invalidations fail. */
async function failing(...what: readonly ('keys' | 'tags')[]) {
  const app = await scripted(compile, Users, { tags: true });
  if (what.includes('keys')) app.breakInvalidation(KEYS, '1');
  if (what.includes('tags')) app.generations.tags.script.fail('invalidate', 'throw', TAGS);
  const calls = (step: string): number => app.log.of(step).length;
  return { users: app.repository, calls };
}

describe('a @CasInvalidate method with keys and tags', () => {
  it('says of all of them what failed, with its result', async () => {
    const { users } = await failing('keys', 'tags');
    expect(await errorOf(() => users.rename('1'))).toMatchObject({
      code: 'CAS_INVALIDATE',
      failures: FAILED_KEYS,
      failedTags: FAILED_TAGS,
      result: '1',
    });
  });

  it('invalidates the tags when the keys fail', async () => {
    const { users, calls } = await failing('keys');
    expect(await errorOf(() => users.rename('1'))).toMatchObject({ failures: FAILED_KEYS, failedTags: NONE });
    expect(calls('tags.invalidate')).toBe(1);
  });

  it('invalidates the keys when the tags fail', async () => {
    const { users, calls } = await failing('tags');
    expect(await errorOf(() => users.rename('1'))).toMatchObject({ failures: NONE, failedTags: FAILED_TAGS });
    expect(calls('generations.bump') + calls('generations.bumpMany')).toBe(1);
  });

  it('leaves all of it to the end of a transaction', async () => {
    const { users, calls } = await failing('keys', 'tags');
    const error = await errorOf(() =>
      runInCasTransaction(async () => {
        await users.rename('1');
        expect(calls('tags.invalidate')).toBe(0);
      }),
    );
    expect(error).toMatchObject({ failures: FAILED_KEYS, failedTags: FAILED_TAGS });
  });
});
