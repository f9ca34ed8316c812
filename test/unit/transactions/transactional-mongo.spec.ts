import { describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError } from 'nestjs-cascache';
import { transactionalMongo } from 'nestjs-cascache/transactions';

import { Embedded } from '../../support/core/embedded.js';

type Work = (session: FakeSession) => Promise<unknown>;

/** As the driver documents its sessions: the work is run again while an error is transient, and the commit, too. */
class FakeSession {
  /** @param commits what becomes of each commit: nothing, or an error */
  constructor(private readonly commits: (Error | undefined)[]) {}

  async withTransaction(work: Work, options: object): Promise<unknown> {
    for (;;) {
      const result = await work(this);
      const error = this.commits.shift();
      if (error === undefined) return [result, options];
      if (!(error as LabelledError).hasErrorLabel('TransientTransactionError')) throw error;
    }
  }
}

class LabelledError extends Error {
  constructor(private readonly label: string) {
    super(label);
  }

  hasErrorLabel(label: string): boolean {
    return label === this.label;
  }
}

/** As `connection.transaction` of Mongoose. */
class FakeConnection {
  constructor(private readonly commits: (Error | undefined)[] = []) {}

  async startSession(): Promise<FakeSession> {
    return new FakeSession(this.commits);
  }

  async transaction(work: Work): Promise<unknown> {
    const session = await this.startSession();
    return session.withTransaction(work, {});
  }
}

const transient = new LabelledError('TransientTransactionError');
const unknown = new LabelledError('UnknownTransactionCommitResult');

async function cached() {
  const { cache } = new Embedded<string>();
  await cache.getOrLoad('ada', () => 'Ada');
  const invalidate = async () => {
    await cache.invalidate('ada');
    expect(cache.stats().invalidations).toBe(0);
    return 'result';
  };
  return { cache, invalidate };
}

describe('transactionalMongo', () => {
  it('holds back what is invalidated in connection.transaction, though its callback is run several times', async () => {
    const { cache, invalidate } = await cached();
    const connection = transactionalMongo(new FakeConnection([transient, transient, undefined]));
    let runs = 0;

    await connection.transaction(async () => {
      runs++;
      await invalidate();
    });

    expect(runs).toBe(3);
    expect(cache.stats().invalidations).toBe(1);
  });

  it('hands on the session, the options and the result of session.withTransaction', async () => {
    const { cache, invalidate } = await cached();
    const session = await transactionalMongo(new FakeConnection()).startSession();

    const options = { readConcern: 'snapshot' };
    const done = await session.withTransaction((same) => {
      expect(same).toBe(session);
      return invalidate();
    }, options);

    expect(done).toEqual(['result', options]);
    expect(cache.stats().invalidations).toBe(1);
  });

  it('takes sessions of the driver, which are there at once', async () => {
    const { cache, invalidate } = await cached();
    const client = transactionalMongo({ startSession: () => new FakeSession([]) });

    await client.startSession().withTransaction(invalidate, {});

    expect(cache.stats().invalidations).toBe(1);
  });

  it('tells a commit whose answer was lost by its label', async () => {
    const { cache, invalidate } = await cached();

    const lost = transactionalMongo(new FakeConnection([unknown])).transaction(invalidate);

    await expect(lost).rejects.toBeInstanceOf(CasCommitUnknownError);
    await expect(lost).rejects.toMatchObject({ cause: unknown });
    expect(cache.stats().invalidations).toBe(1);
  });

  it('throws what it was refused by as it is', async () => {
    const { invalidate } = await cached();
    const refused = new LabelledError('');

    const failed = transactionalMongo(new FakeConnection([refused])).transaction(invalidate);

    await expect(failed).rejects.toBe(refused);
  });
});
