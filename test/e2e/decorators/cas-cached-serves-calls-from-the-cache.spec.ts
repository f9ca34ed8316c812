import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCached, CasKeyError, MemoryProvider } from 'nestjs-cascache';
import type { CacheEvent, SetOptions } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

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

@Injectable()
class Repository {
  readonly table = 'users';
  calls: unknown[][] = [];
  answer: unknown = 'Linus';

  private async run(...args: unknown[]): Promise<unknown> {
    this.calls.push(args);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }

  @CasCached()
  async plain(id: number): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({ key: (id: number) => `by-id:${id}` })
  async withKey(id: number, _trace: object): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({
    key(this: Repository, id: number) {
      return `${this.table}:${id}`;
    },
  })
  async withInstanceKey(id: number): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({ ttl: '90s' })
  async withTtl(id: number): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({ when: (id: number) => id > 0 })
  async whenPositive(id: number): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({
    unless(this: Repository, result: unknown, id: number) {
      return this.table === 'users' && result === 'Linus' && id === 13;
    },
  })
  async unlessThirteen(id: number): Promise<unknown> {
    return this.run(id);
  }

  @CasCached({ key: () => 42 as unknown as string })
  async numberKey(): Promise<unknown> {
    return this.run();
  }

  @CasCached({ key: () => '' })
  async emptyKey(): Promise<unknown> {
    return this.run();
  }

  @CasCached({
    key: () => {
      throw new TypeError('no id');
    },
  })
  async throwingKey(): Promise<unknown> {
    return this.run();
  }
}

async function repository(options: Parameters<typeof CasCacheModule.forRoot>[0] = {}): Promise<Repository> {
  const app = await compile({
    imports: [CasCacheModule.forRoot({ logger: false, ...options }), CasCacheModule.forFeature('user')],
    providers: [Repository],
  });
  return app.get(Repository);
}

describe('@CasCached', () => {
  it('runs the method once for each arguments', async () => {
    const users = await repository();
    expect([await users.plain(1), await users.plain(1), await users.plain(2)]).toEqual(['Linus', 'Linus', 'Linus']);
    expect(users.calls).toEqual([[1], [2]]);
  });

  it('caches null', async () => {
    const users = await repository();
    users.answer = null;
    expect([await users.plain(1), await users.plain(1)]).toEqual([null, null]);
    expect(users.calls).toHaveLength(1);
  });

  it('returns undefined without caching it, and warns once for each method, by its name', async () => {
    const warnings: CacheEvent[] = [];
    const users = await repository({ hooks: { events: ['warning'], onEvent: (event) => warnings.push(event) } });
    users.answer = undefined;
    for (const id of [1, 1, 2])
      expect([await users.plain(id), await users.withTtl(id)]).toEqual([undefined, undefined]);
    expect(users.calls).toHaveLength(6);
    expect(warnings).toMatchObject([
      { message: expect.stringContaining('Repository.plain') },
      { message: expect.stringContaining('Repository.withTtl') },
    ]);
  });

  it('throws what the method throws, and does not cache it', async () => {
    const users = await repository();
    users.answer = new RangeError('no such user');
    await expect(users.plain(1)).rejects.toBe(users.answer);
    users.answer = 'Linus';
    expect(await users.plain(1)).toBe('Linus');
  });

  it('hands out a copy of its own to every caller', async () => {
    const users = await repository();
    users.answer = { tags: ['a'] };
    await users.plain(1);
    const first = (await users.plain(1)) as { tags: string[] };
    first.tags.push('b');
    expect(await users.plain(1)).toEqual({ tags: ['a'] });
  });

  it('key: takes the key from the arguments', async () => {
    const users = await repository();
    await users.withKey(1, { trace: 1 });
    await users.withKey(1, { trace: 2 });
    expect(users.calls).toEqual([[1]]);
  });

  it('key: has the instance as `this`', async () => {
    const provider = new MemoryProvider();
    const users = await repository({ provider });
    await users.withInstanceKey(1);
    expect(provider.get('single:user:users:1')).toBeDefined();
  });

  it('ttl: replaces that of the namespace', async () => {
    const provider = new TtlSpy();
    const users = await repository({ provider, defaults: { ttl: '10m' } });
    await users.plain(1);
    await users.withTtl(1);
    expect(provider.ttls).toEqual([600_000, 90_000]);
  });

  it('when: false goes past the cache', async () => {
    const users = await repository();
    for (const id of [-1, -1, 1, 1]) await users.whenPositive(id);
    expect(users.calls).toEqual([[-1], [-1], [1]]);
  });

  it('unless: true returns the result without caching it', async () => {
    const users = await repository();
    for (const id of [13, 13, 12, 12]) expect(await users.unlessThirteen(id)).toBe('Linus');
    expect(users.calls).toEqual([[13], [13], [12]]);
  });

  it.each([
    [
      'a number',
      'numberKey',
      'Repository.numberKey: key: A key is a string, and this is of type number: give String(id).',
    ],
    ['an empty text', 'emptyKey', 'Repository.emptyKey: key: A key cannot be empty'],
  ] as const)('a key function that answers %s is an error naming class and method', async (_, name, message) => {
    const users = await repository();
    const error = await errorOf(() => users[name]());
    expect(error).toBeInstanceOf(CasKeyError);
    expect(error.message).toContain(message);
    expect(users.calls).toEqual([]);
  });

  it('a key function that throws rejects, as an async method does', async () => {
    const users = await repository();
    const answer = users.throwingKey();
    await expect(answer).rejects.toThrow(new TypeError('no id'));
  });

  it('on a disabled cache runs the method every time', async () => {
    const users = await repository({ defaults: { enabled: false } });
    await users.plain(1);
    await users.plain(1);
    expect(users.calls).toHaveLength(2);
  });
});
