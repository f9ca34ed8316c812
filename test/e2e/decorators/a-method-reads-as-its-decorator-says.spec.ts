import { describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached, CasLoadTimeoutError, MemoryProvider } from 'nestjs-cascache';
import type { CasCacheNamespaceOptions, CasCacheService, SetOptions } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

class TtlSpy extends MemoryProvider {
  readonly ttls: number[] = [];

  constructor() {
    super({ holds: 'bytes' });
  }

  override set(key: string, entry: unknown, options: SetOptions): boolean {
    this.ttls.push(options.ttlMs);
    return super.set(key, entry, options);
  }
}

const ALL = {
  ttl: '5m',
  fresh: '1m',
  earlyRefresh: 0.8,
  jitter: 0,
  negativeTtl: '10s',
  softTimeout: '100ms',
  staleIfError: true,
  loadTimeout: '2s',
  stampede: 'process',
  stampedeWait: '500ms',
  consistency: 'always',
  requestAge: '2s',
} as const;

@Injectable()
class Repository {
  calls = 0;

  @CasCached({ key: (id: number) => `plain:${id}` })
  async plain(id: number): Promise<number | null> {
    this.calls++;
    return id === 0 ? null : id;
  }

  @CasCached(ALL)
  async all(id: number): Promise<number | null> {
    return this.plain(id);
  }

  @CasCached({ key: (id: number) => `unless:${id}`, unless: (_result: unknown, id: number) => id < 0 })
  async unlessNegative(id: number): Promise<number | undefined> {
    this.calls++;
    return id === 404 ? undefined : id;
  }

  @CasCached({ key: (id: number) => `when:${id}`, when: (id: number) => id > 0 })
  async whenPositive(id: number): Promise<number> {
    this.calls++;
    return id;
  }

  @CasCached({ negativeTtl: '3s', ttl: '1h' })
  async negative(id: number): Promise<number | null> {
    return id === 0 ? null : id;
  }

  @CasCached({ loadTimeout: 1 })
  async never(): Promise<number> {
    return new Promise(() => undefined);
  }
}

async function application(
  options: Partial<CasCacheNamespaceOptions> = {},
): Promise<{ repository: Repository; cache: CasCacheService }> {
  const feature = CasCacheModule.forFeature({ namespace: 'user', ...options });
  const app = await compile({
    imports: [CasCacheModule.forRoot({ logger: false }), feature],
    providers: [Repository],
  });
  return { repository: app.get(Repository), cache: app.get(CasCacheRegistry).get('user') };
}

describe('the options of a decorated method', () => {
  it('all reach the cache, in one frozen object for all calls', async () => {
    const { repository, cache } = await application();
    const getOrLoad = jest.spyOn(cache, 'getOrLoad');
    for (const id of [1, 1, 2]) await repository.all(id);
    const given = getOrLoad.mock.calls.filter(([key]) => key.includes('.all(')).map(([, , options]) => options);
    expect(given).toHaveLength(3);
    expect(new Set(given).size).toBe(1);
    expect(Object.isFrozen(given[0])).toBe(true);
    expect(given[0]).toEqual({ ...ALL, name: 'Repository.all' });
  });

  it('are one frozen object where conditions depend on the arguments, too', async () => {
    const { repository, cache } = await application();
    const getOrLoad = jest.spyOn(cache, 'getOrLoad');
    for (const id of [1, -1]) await repository.unlessNegative(id);
    for (const id of [1, 2]) await repository.whenPositive(id);
    const given = getOrLoad.mock.calls.map(([, , options]) => options);
    expect(new Set(given).size).toBe(2);
    expect(given.every((options) => Object.isFrozen(options))).toBe(true);
  });

  it('negativeTtl is that of null', async () => {
    const provider = new TtlSpy();
    const { repository } = await application({ provider });
    await repository.negative(0);
    await repository.negative(1);
    expect(provider.ttls).toEqual([3_000, 3_600_000]);
  });

  it('loadTimeout ends a call of the method', async () => {
    const { repository } = await application();
    await expect(repository.never()).rejects.toThrow(CasLoadTimeoutError);
  });
});

describe('the conditions of the namespace', () => {
  it('hold for a method whose decorator has none', async () => {
    const { repository } = await application({
      when: (key) => key !== 'plain:1',
      unless: (value, key) => key === 'plain:2' && value === 2,
    });
    for (const id of [1, 1, 2, 2, 3, 3]) await repository.plain(id);
    expect(repository.calls).toBe(5);
  });

  it('give way to those of the decorator', async () => {
    const past = await application({ when: () => false });
    for (const id of [1, 1]) await past.repository.whenPositive(id);
    expect(past.repository.calls).toBe(1);
    const unkept = await application({ unless: () => true });
    for (const id of [1, 1, -1, -1]) await unkept.repository.unlessNegative(id);
    expect(unkept.repository.calls).toBe(3);
  });

  it('stay where the decorator has the other one only', async () => {
    const past = await application({ when: () => false });
    for (const id of [1, 1]) await past.repository.unlessNegative(id);
    expect(past.repository.calls).toBe(2);
    const unkept = await application({ unless: () => true });
    for (const id of [1, 1]) await unkept.repository.whenPositive(id);
    expect(unkept.repository.calls).toBe(2);
  });
});

describe('unless of a decorator', () => {
  it('is not asked on a hit, nor for undefined', async () => {
    const asked: unknown[][] = [];
    @Injectable()
    class Asking {
      @CasCached({ unless: (...args: unknown[]) => asked.push(args) === 0 })
      async find(id: number): Promise<number | undefined> {
        return id === 404 ? undefined : id;
      }
    }
    const app = await compile({
      imports: [CasCacheModule.forRoot({ logger: false }), CasCacheModule.forFeature('user')],
      providers: [Asking],
    });
    for (const id of [1, 1, 404]) await app.get(Asking).find(id);
    expect(asked).toEqual([[1, 1]]);
  });
});
