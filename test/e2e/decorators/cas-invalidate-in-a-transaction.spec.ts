import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  CasCached,
  CasCommitUnknownError,
  CasInvalidate,
  CasInvalidateError,
  runInCasTransaction,
} from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications, errorOf } from '../../support/nest/applications.js';
import { scripted } from '../../support/nest/scripted-application.js';

const { compile } = applications();

@Injectable()
class Repository {
  name = 'old';
  during: () => unknown = () => undefined;

  @CasCached({ key: (id: string) => id })
  async find(_id: string): Promise<string> {
    return this.name;
  }

  @CasInvalidate({ key: (id: string) => id, keysFrom: (names: string[]) => names })
  async rename(id: string, name: string): Promise<string[]> {
    this.name = name;
    await this.during();
    return [`by-name:${name}`, await this.find(id)];
  }

  @CasInvalidate({ key: (id: string) => id })
  async throwing(id: string): Promise<string> {
    return id;
  }

  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async reporting(id: string): Promise<string> {
    return id;
  }

  @CasInvalidate({ intent: true, key: (id: string) => id })
  async underIntent(_id: string, name: string): Promise<void> {
    this.name = name;
    await this.during();
  }

  @CasCached({ namespace: 'order', key: (id: string) => id })
  async orders(id: string): Promise<string> {
    return `orders of ${id}`;
  }

  @CasInvalidate({ key: (id: string) => id, of: 'orders' })
  async withOrders(_id: string): Promise<void> {}
}

const down = new Error('the store is down');

describe('@CasInvalidate in a transaction', () => {
  it('is carried out when the transaction has ended, and not before', async () => {
    const { repository, cache, log } = await scripted(compile, Repository);
    await repository.find('a');
    const result = await runInCasTransaction(async () => {
      await repository.rename('a', 'new');
      // Another request, in the middle of it: nothing is committed yet.
      expect(log.steps().filter((step) => step.includes('bump'))).toEqual([]);
      return 'committed';
    });
    expect(result).toBe('committed');
    expect(cache().stats().invalidations).toBe(3);
    expect(await repository.find('a')).toBe('new');
  });

  it('what it writes is not read from the cache inside, by the method itself either', async () => {
    const { repository } = await scripted(compile, Repository);
    await repository.find('a');
    await runInCasTransaction(async () => {
      expect(await repository.rename('a', 'new')).toEqual(['by-name:new', 'new']);
      expect(await repository.find('a')).toBe('new');
    });
  });

  it('is carried out when the transaction throws, after a method that threw too', async () => {
    const { repository, cache } = await scripted(compile, Repository);
    await repository.find('a');
    const failure = new RangeError('deadlock');
    repository.during = () => Promise.reject(failure);
    await expect(runInCasTransaction(() => repository.rename('a', 'new'))).rejects.toBe(failure);
    expect(cache().stats().invalidations).toBe(1);
    expect(await cache().get('a')).toBeUndefined();
  });

  it.each(['throwing', 'reporting'] as const)(
    'a failure is an error of the transaction, with its result, whatever onFailure says: %s',
    async (write) => {
      const { repository, breakInvalidation, mend } = await scripted(compile, Repository);
      breakInvalidation(down, 'a');
      const error = (await errorOf(() => runInCasTransaction(() => repository[write]('a')))) as CasInvalidateError;
      expect(error).toBeInstanceOf(CasInvalidateError);
      expect([...error.failures]).toEqual([['a', down]]);
      expect(error).toMatchObject({ namespace: 'user', result: 'a' });
      mend();
    },
  );

  it('failures of several namespaces are one error that names both', async () => {
    const { repository, breakInvalidation, mend } = await scripted(compile, Repository);
    for (const write of [
      () => repository.withOrders('a'),
      () => runInCasTransaction(() => repository.withOrders('a')),
    ]) {
      breakInvalidation(down, 'a');
      breakInvalidation(down, 'a', 'order');
      const error = (await errorOf(write)) as CasInvalidateError;
      expect([...error.failures.keys()].toSorted()).toEqual(['order:a', 'user:a']);
      mend();
    }
  });

  it('acts at once in work that was left over when the transaction had ended', async () => {
    const { repository, cache } = await scripted(compile, Repository);
    const late = new Deferred();
    repository.during = () => late.promise;
    let left: Promise<unknown> | undefined;
    await runInCasTransaction(() => {
      left = repository.rename('a', 'new');
    });
    expect(cache().stats().invalidations).toBe(1);
    late.resolve();
    await left;
    expect(cache().stats().invalidations).toBeGreaterThan(1);
  });
});

describe('@CasInvalidate({ intent: true }) in a transaction', () => {
  it('its keys stay closed until the transaction has ended', async () => {
    const { repository, generations, cache } = await scripted(compile, Repository);
    await runInCasTransaction(async () => {
      await repository.underIntent('a', 'new');
      expect([...generations.intents.writers.keys()]).toEqual(['single:user:a']);
    });
    expect(generations.intents.writers.size).toBe(0);
    expect(cache().stats().invalidations).toBe(1);
  });

  it('left over when the transaction had ended, its keys are invalidated after it', async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    const late = new Deferred();
    repository.during = () => late.promise;
    const left = await runInCasTransaction(async () => {
      const begun = repository.underIntent('a', 'new');
      while (generations.intents.writers.size === 0) await Promise.resolve();
      return { begun };
    });
    await cache().getOrLoad('a', () => 'of before the write');
    late.resolve();
    await left.begun;
    expect(await cache().get('a')).toBeUndefined();
    expect(generations.intents.writers.size).toBe(0);
  });
});

describe('@CasInvalidate of a method whose commit is of unknown outcome', () => {
  it('invalidates now, and leaves an intent to run out', async () => {
    const { repository, generations, cache } = await scripted(compile, Repository);
    const unknown = new CasCommitUnknownError('the connection broke');
    repository.during = () => Promise.reject(unknown);
    await expect(repository.rename('a', 'new')).rejects.toBe(unknown);
    expect(cache().stats().invalidations).toBe(1);
    await expect(repository.underIntent('a', 'new')).rejects.toBe(unknown);
    expect(cache().stats().invalidations).toBe(2);
    expect([...generations.intents.writers.keys()]).toEqual(['single:user:a']);
  });
});
