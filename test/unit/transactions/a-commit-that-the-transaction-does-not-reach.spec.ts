import { AsyncResource } from 'node:async_hooks';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runInCasTransaction } from 'nestjs-cascache';
import { transactionalDataSource } from 'nestjs-cascache/transactions';

import { Embedded } from '../../support/core/embedded.js';

/** As much of a query runner as its transactions are. */
class Runner {
  depth = 0;

  get isTransactionActive(): boolean {
    return this.depth > 0;
  }

  async startTransaction(): Promise<void> {
    this.depth++;
  }

  async commitTransaction(): Promise<void> {
    this.depth--;
  }

  async rollbackTransaction(): Promise<void> {
    this.depth--;
  }

  async release(): Promise<void> {}
}

const manager = { transaction: async (): Promise<void> => undefined };

describe('a commit by code that the transaction does not reach', () => {
  let warned: jest.SpiedFunction<typeof process.emitWarning>;
  let source: { readonly manager: typeof manager; createEntityManager(): object; createQueryRunner(): Runner };

  beforeEach(() => {
    warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    source = transactionalDataSource({
      manager: { ...manager },
      createEntityManager: () => ({ ...manager }),
      createQueryRunner: () => new Runner(),
    });
  });

  afterEach(() => warned.mockRestore());

  /** Somewhere else, whatever the version of Node makes of a function that awaits another one. */
  const begunElsewhere = async (): Promise<Runner> => {
    const runner = source.createQueryRunner();
    await new AsyncResource('elsewhere').runInAsyncScope(async () => {
      await Promise.resolve();
      await runner.startTransaction();
    });
    return runner;
  };
  const outside = new AsyncResource('outside');
  const commitOutside = (runner: Runner): Promise<void> => outside.runInAsyncScope(() => runner.commitTransaction());

  it('is warned about, once for a data source: what it has invalidated was not held back', async () => {
    for (let times = 0; times < 2; times++) await commitOutside(await begunElsewhere());

    expect(warned.mock.calls).toEqual([
      [expect.stringMatching(/invalidated before the commit.*runInCasTransaction\.$/), 'CasCacheWarning'],
    ]);
  });

  it('is not where begin and commit are in one function', async () => {
    const { cache } = new Embedded<string>();
    await outside.runInAsyncScope(async () => {
      const runner = source.createQueryRunner();
      await Promise.resolve();
      await runner.startTransaction();
      await cache.invalidate('ada');
      expect(cache.stats().invalidations).toBe(0);
      await runner.commitTransaction();
    });
    expect(cache.stats().invalidations).toBe(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it('is not inside runInCasTransaction, which holds back what is invalidated', async () => {
    const { cache } = new Embedded<string>();
    await outside.runInAsyncScope(() =>
      runInCasTransaction(async () => {
        const runner = await begunElsewhere();
        await cache.invalidate('ada');
        await runner.commitTransaction();
        expect(cache.stats().invalidations).toBe(0);
      }),
    );
    expect(cache.stats().invalidations).toBe(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it('is not of a rollback, after which nothing was written that could be missed', async () => {
    const runner = await begunElsewhere();
    await outside.runInAsyncScope(() => runner.rollbackTransaction());
    expect(warned).not.toHaveBeenCalled();
  });
});
