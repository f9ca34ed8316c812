import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCached, CasIntentUnavailableError, CasInvalidate, CasInvalidateError, CasKeyError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { scripted } from '../../support/nest/scripted-application.js';

const { compile } = applications();

@Injectable()
class Repository {
  /** What a method does while it runs. */
  during: () => unknown = () => undefined;
  runs = 0;

  private async run(result: string): Promise<string> {
    this.runs++;
    await this.during();
    return result;
  }

  @CasInvalidate({ intent: true, key: (id: string) => id })
  async byKey(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ intent: true, keys: (ids: readonly string[]) => ids })
  async byKeys(ids: readonly string[]): Promise<string> {
    return this.run(ids.join());
  }

  @CasInvalidate({ intent: true, key: (id: string) => id, keysFrom: (result: string) => [`${result}!`] })
  async byResult(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ intent: true, key: (id: string) => id, keysFrom: () => 'a' as unknown as string[] })
  async badKeysFrom(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ intent: true, key: (id: string) => id, onFailure: 'report' })
  async reporting(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ intent: { lease: '5s', onUnavailable: 'proceed' }, key: (id: string) => id })
  async proceeding(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ intent: false, keysFrom: () => ['a'] })
  async without(): Promise<string> {
    return this.run('without');
  }

  @CasCached({ namespace: 'order', key: (id: string) => `of:${id}` })
  async orders(id: string): Promise<string> {
    return `orders of ${id}`;
  }

  @CasInvalidate({ intent: true, key: (id: string) => id, of: 'orders' })
  async withOrders(id: string): Promise<string> {
    return this.run(id);
  }
}

const at = (key: string, namespace = 'user'): string => `single:${namespace}:${key}`;

describe('@CasInvalidate({ intent: true })', () => {
  it('closes the keys while the method runs, and invalidates them when it has ended', async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    await cache().getOrLoad('a', () => 'old');
    const before = generations.cells.get(at('a'));
    repository.during = async () => {
      expect([...generations.intents.writers.keys()]).toEqual([at('a')]);
      expect(await cache().get('a')).toBeUndefined();
    };
    expect(await repository.byKey('a')).toBe('a');
    expect(generations.intents.writers.size).toBe(0);
    expect(await cache().get('a')).toBeUndefined();
    expect(await cache().getOrLoad('a', () => 'new')).toBe('new');
    expect(generations.cells.get(at('a'))).not.toBe(before);
    expect(await cache().get('a')).toBe('new');
  });

  it('many keys are one intent, in one order', async () => {
    const { repository, log } = await scripted(compile, Repository);
    await repository.byKeys(['b', 'a', 'b']);
    expect(log.of('intents.open').map(({ keys }) => keys)).toEqual([[at('a'), at('b')]]);
    expect(log.of('intents.settle').map(({ keys }) => keys)).toEqual([[at('a'), at('b')]]);
  });

  it('keysFrom adds keys, which are invalidated with the others', async () => {
    const { repository, cache, log } = await scripted(compile, Repository);
    await cache().getOrLoad('a!', () => 'old');
    await repository.byResult('a');
    expect(log.of('intents.open').map(({ keys }) => keys)).toEqual([[at('a')]]);
    expect(await cache().get('a!')).toBeUndefined();
    expect(cache().stats().invalidations).toBe(2);
  });

  it('keysFrom that fails says that the method succeeded, and the other keys are invalidated', async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    const error = await errorOf(() => repository.badKeysFrom('a'));
    expect(error).toBeInstanceOf(CasKeyError);
    expect(error.message).toContain('Repository.badKeysFrom: the method succeeded, but keysFrom failed');
    expect(generations.intents.writers.size).toBe(0);
    expect(cache().stats().invalidations).toBe(1);
  });

  it('of: the keys are closed in the namespace of that method, those of the decorator in its own', async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    expect(await repository.orders('a')).toBe('orders of a');
    repository.during = () => expect([...generations.intents.writers.keys()]).toEqual([at('a'), at('of:a', 'order')]);
    await repository.withOrders('a');
    expect.assertions(4);
    expect(generations.intents.writers.size).toBe(0);
    expect(await cache('order').get('of:a')).toBeUndefined();
  });

  it('no keys in this call: the method runs, and nothing is closed', async () => {
    const { repository, log } = await scripted(compile, Repository);
    expect(await repository.byKeys([])).toBe('');
    expect(log.of('intents.open')).toEqual([]);
  });

  it('what the method loads fills nothing: it may be undone', async () => {
    const { repository, cache } = await scripted(compile, Repository);
    repository.during = () => cache('order').getOrLoad('x', () => 'uncommitted');
    await repository.byKey('a');
    expect(await cache('order').get('x')).toBeUndefined();
  });

  it('the lease is that of the decorator, else that of the namespace', async () => {
    const { repository, generations } = await scripted(compile, Repository, { intentLease: '7s' });
    const leases: number[] = [];
    repository.during = () => void leases.push(...(generations.intents.writers.get(at('a'))?.values() ?? []));
    await repository.byKey('a');
    await repository.proceeding('a');
    expect(leases).toEqual([7_000, 5_000]);
  });

  it('intent: false is no intent', async () => {
    const { repository, log } = await scripted(compile, Repository);
    await repository.without();
    expect(log.of('intents.open')).toEqual([]);
  });

  it('acts on a disabled cache: other replicas may be enabled', async () => {
    const { repository, log } = await scripted(compile, Repository, { enabled: false });
    expect(await repository.byKey('a')).toBe('a');
    expect(log.steps()).toEqual(['intents.open', 'intents.settle']);
  });

  it('on an instance made with new the method just runs', async () => {
    expect(await new Repository().byKey('a')).toBe('a');
    expect(await new Repository().withOrders('a')).toBe('a');
  });
});

describe('@CasInvalidate({ intent: true }) of a method that throws', () => {
  it('rethrows its error; the keys are open to readers again, under a new generation', async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    await cache().getOrLoad('a', () => 'old');
    const failure = new RangeError('no such user');
    repository.during = () => Promise.reject(failure);
    await expect(repository.byKey('a')).rejects.toBe(failure);
    expect(generations.intents.writers.size).toBe(0);
    expect(cache().stats().invalidations).toBe(1);
  });

  it('of a CasInvalidateError of its own: that is no failure of ours, and thrown whatever onFailure says', async () => {
    const { repository } = await scripted(compile, Repository);
    const own = new CasInvalidateError(new Map([['elsewhere', new Error('down')]]));
    repository.during = () => Promise.reject(own);
    await expect(repository.reporting('a')).rejects.toBe(own);
  });
});

describe('@CasInvalidate({ intent: true }) when the store fails', () => {
  const down = new Error('the store is down');

  it('a key that cannot be closed: the method is not begun, no key stays closed', async () => {
    const { repository, generations } = await scripted(compile, Repository);
    generations.intents.script.failKey('open', at('b'), down);
    const error = (await errorOf(() => repository.byKeys(['a', 'b']))) as CasIntentUnavailableError;
    expect(error).toBeInstanceOf(CasIntentUnavailableError);
    expect([...error.failures]).toEqual([['b', down]]);
    expect(repository.runs).toBe(0);
    expect(generations.intents.writers.size).toBe(0);
  });

  it('a key of the second namespace that cannot be closed: those of the first are open again', async () => {
    const { repository, generations } = await scripted(compile, Repository);
    generations.intents.script.failKey('open', at('of:a', 'order'), down);
    const error = await errorOf(() => repository.withOrders('a'));
    expect(error).toBeInstanceOf(CasIntentUnavailableError);
    expect(repository.runs).toBe(0);
    expect(generations.intents.writers.size).toBe(0);
  });

  it("onUnavailable: 'proceed' runs it all the same, and invalidates", async () => {
    const { repository, cache, generations } = await scripted(compile, Repository);
    generations.intents.script.failKey('open', at('a'), down);
    expect(await repository.proceeding('a')).toBe('a');
    expect(cache().stats().invalidations).toBe(1);
  });

  it('keys that cannot be settled: CasInvalidateError with the failures and the result', async () => {
    const { repository, breakInvalidation, mend } = await scripted(compile, Repository);
    breakInvalidation(down, 'b');
    const error = (await errorOf(() => repository.byKeys(['a', 'b']))) as CasInvalidateError;
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect([...error.failures]).toEqual([['b', down]]);
    expect(error).toMatchObject({ namespace: 'user', result: 'a,b' });
    mend();
  });

  it('keys of two namespaces that cannot be settled: one error names both', async () => {
    const { repository, breakInvalidation, mend } = await scripted(compile, Repository);
    breakInvalidation(down, 'a');
    breakInvalidation(down, 'of:a', 'order');
    const error = (await errorOf(() => repository.withOrders('a'))) as CasInvalidateError;
    expect([...error.failures.keys()].toSorted()).toEqual(['order:of:a', 'user:a']);
    expect(error.result).toBe('a');
    mend();
  });

  it("onFailure: 'report' returns the result, and the hooks are told", async () => {
    const { repository, breakInvalidation, mend, events, cache } = await scripted(compile, Repository);
    breakInvalidation(down, 'a');
    expect(await repository.reporting('a')).toBe('a');
    expect(events.of('fault')).toMatchObject([{ operation: 'invalidate', key: 'a', cause: down }]);
    expect(cache().stats().pendingInvalidations.keys).toBe(1);
    mend();
  });
});
