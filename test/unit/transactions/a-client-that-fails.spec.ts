import { describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError } from 'nestjs-cascache';
import { inTransaction } from 'nestjs-cascache/transactions';

/** A client that answers everything but fails at `failing`, and a pool of it. */
class Failing {
  readonly statements: string[] = [];
  readonly returned: (boolean | undefined)[] = [];
  readonly totalCount = 1;

  constructor(private readonly failing: Record<string, Error> = {}) {}

  readonly client = {
    query: async (text: string): Promise<unknown> => {
      this.statements.push(text);
      if (this.failing[text] !== undefined) throw this.failing[text];
      return { command: text };
    },
    release: (broken?: boolean) => void this.returned.push(broken),
    on: () => undefined,
    removeListener: () => undefined,
  };

  connect(): Promise<typeof this.client>;
  connect(callback: never): void;
  connect(): unknown {
    return Promise.resolve(this.client);
  }
}

const UNDONE = new Error('undone');
const fail = () => Promise.reject(UNDONE);
const refusal = Object.assign(new Error('refused'), { code: '23505' });

describe('inTransaction, with a client that fails', () => {
  it('gives back the client as it is after a commit and after a rollback', async () => {
    const pool = new Failing();

    await inTransaction(pool, () => undefined);
    await expect(inTransaction(pool, fail)).rejects.toBe(UNDONE);

    expect(pool.statements).toEqual(['BEGIN', 'COMMIT', 'BEGIN', 'ROLLBACK']);
    expect(pool.returned).toEqual([false, false]);
  });

  it('does not let a ROLLBACK that fails hide the first error, and has the pool drop the client', async () => {
    const pool = new Failing({ ROLLBACK: new Error('gone') });

    await expect(inTransaction(pool, fail)).rejects.toBe(UNDONE);

    expect(pool.returned).toEqual([true]);
  });

  it('has the pool drop a client whose BEGIN or COMMIT was not answered', async () => {
    const gone = new Error('gone');
    const beginning = new Failing({ BEGIN: gone });
    const committing = new Failing({ COMMIT: gone });

    await expect(inTransaction(beginning, () => undefined)).rejects.toBe(gone);
    const unknown = inTransaction(committing, () => undefined);
    await expect(unknown).rejects.toBeInstanceOf(CasCommitUnknownError);
    await expect(unknown).rejects.toMatchObject({ cause: gone });

    expect([...beginning.returned, ...committing.returned]).toEqual([true, true]);
    expect(committing.statements).toEqual(['BEGIN', 'COMMIT']);
  });

  it('rolls back after a COMMIT that was refused, as some databases leave the transaction open', async () => {
    const pool = new Failing({ COMMIT: refusal });

    await expect(inTransaction(pool, () => undefined)).rejects.toBe(refusal);

    expect(pool.statements).toEqual(['BEGIN', 'COMMIT', 'ROLLBACK']);
    expect(pool.returned).toEqual([false]);
  });

  it('lets the caller judge what an error of COMMIT means', async () => {
    const pool = new Failing({ COMMIT: refusal });

    const judged = inTransaction(pool, () => undefined, { isCommitUnknown: (error) => error === refusal });

    await expect(judged).rejects.toBeInstanceOf(CasCommitUnknownError);
  });

  it('throws what the nested work throws when it cannot be undone', async () => {
    const { client } = new Failing({ 'ROLLBACK TO SAVEPOINT cascache_1': new Error('gone') });

    const whole = inTransaction(client, () => inTransaction(client, fail));

    await expect(whole).rejects.toBe(UNDONE);
  });
});
