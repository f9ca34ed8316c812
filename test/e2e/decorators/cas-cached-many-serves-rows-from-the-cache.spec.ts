import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCachedMany, CasConfigError, CasValueError } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheService } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { UserRows } from '../../support/nest/user-rows.js';
import type { UserRow } from '../../support/nest/user-rows.js';

const { compile } = applications();

async function provide<T>(
  type: new () => T,
  options: CasCacheModuleOptions = {},
): Promise<{ users: T; cache: CasCacheService }> {
  const app = await compile({
    imports: [CasCacheModule.forRoot({ logger: false, ...options }), CasCacheModule.forFeature('user')],
    providers: [type as never],
  });
  return { users: app.get(type), cache: app.get(CasCacheRegistry).get('user') };
}

const ids = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);
const keys = (given: readonly number[]): string[] => given.map(String);
const keyOf = (row: { readonly id: number }): string => String(row.id);

/** What a method is called with, and what it answers. */
abstract class Scripted {
  calls: unknown[][] = [];
  answer: (ids: readonly number[]) => unknown = (given) => given.map((id) => ({ id }));

  protected async run(...args: [readonly number[], ...unknown[]]): Promise<UserRow[]> {
    this.calls.push(args);
    return this.answer(args[0]) as UserRow[];
  }
}

@Injectable()
class Rows extends Scripted {
  @CasCachedMany({ keys, keyOf })
  async plain(given: number[], ...others: unknown[]): Promise<UserRow[]> {
    return this.run(given, ...others);
  }

  @CasCachedMany({ keys, keyOf, missing: 'negative' })
  async negative(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys: (given: number[]) => keys(given.map(Math.abs)), keyOf })
  async regardlessOfSign(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys, keyOf, chunk: 2 })
  async inChunks(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys, keyOf, when: (given: number[]) => given.length > 1 })
  async whenSeveral(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({
    keys,
    keyOf,
    unless: (row: UserRow, given: number[], secret?: number) => given.includes(secret ?? 0) && row.id === secret,
  })
  async unlessSecret(given: number[], _secret: number): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({
    keys: (given: number[], tenant: string) => given.map((id) => `${tenant}:${id}`),
    keyOf: (row: UserRow, _ids: number[], tenant: string) => `${tenant}:${row.id}`,
  })
  async ofTenant(given: number[], tenant: string): Promise<UserRow[]> {
    return this.run(given, tenant);
  }

  @CasCachedMany({
    keys: (given: number[]) => keys(given.slice(1)),
    keyOf,
  })
  async tooFewKeys(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys: () => 'all' as unknown as string[], keyOf })
  async textForKeys(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys: (given: number[]) => given as unknown as string[], keyOf })
  async numberKeys(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }

  @CasCachedMany({ keys, keyOf: (row: UserRow) => row.id as unknown as string })
  async numberKeyOf(given: number[]): Promise<UserRow[]> {
    return this.run(given);
  }
}

describe('@CasCachedMany', () => {
  it('calls the method once, for the ids whose rows are missing, with its other arguments unchanged', async () => {
    const { users } = await provide(Rows);
    const trace = { trace: 1 };
    await users.plain([1, 2]);
    await users.plain([4, 2, 3, 1], trace, undefined);
    await users.plain([3, 4]);
    expect(users.calls).toEqual([[[1, 2]], [[4, 3], trace, undefined]]);
    expect(users.calls[1]).toHaveLength(3);
    expect(users.calls[1]?.[1]).toBe(trace);
  });

  it('answers the rows in the order of the request, whatever order the method has and whichever were cached', async () => {
    const { users } = await provide(UserRows);
    expect(ids(await users.findMany([3, 1]))).toEqual([3, 1]);
    expect(ids(await users.findMany([4, 3, 2, 1]))).toEqual([4, 3, 2, 1]);
  });

  it('answers without those that were not found, and asks for them again', async () => {
    const { users } = await provide(UserRows);
    expect(ids(await users.findMany([404, 1]))).toEqual([1]);
    expect(ids(await users.findMany([404, 1]))).toEqual([1]);
    expect(users.calls).toEqual([[[404, 1]], [[404]]]);
  });

  it("missing: 'negative' remembers those that were not found", async () => {
    const { users, cache } = await provide(Rows);
    users.answer = (given) => given.filter((id) => id !== 404).map((id) => ({ id }));
    expect(ids(await users.negative([404, 1]))).toEqual([1]);
    expect(ids(await users.negative([404, 1, 2]))).toEqual([1, 2]);
    expect(users.calls).toEqual([[[404, 1]], [[2]]]);
    expect(await cache.get('404')).toBeNull();
  });

  it('answers each row once, and asks for it once, for ids that are there twice', async () => {
    const { users } = await provide(UserRows);
    expect(ids(await users.findMany([2, 1, 2, 1]))).toEqual([2, 1]);
    expect(ids(await users.findMany([1, 2, 2]))).toEqual([1, 2]);
    expect(users.calls).toEqual([[[2, 1]]]);
  });

  it('gives the method the first of two ids that have one key', async () => {
    const { users } = await provide(Rows);
    expect(ids(await users.regardlessOfSign([1, -1, 2]))).toEqual([1, 2]);
    expect(users.calls).toEqual([[[1, 2]]]);
  });

  it('answers [] for no ids, without a call', async () => {
    const { users } = await provide(UserRows);
    expect(await users.findMany([])).toEqual([]);
    expect(users.calls).toEqual([]);
  });

  it('does not look at the array of ids again after the call', async () => {
    const { users } = await provide(UserRows);
    const given = [1, 2];
    const answer = users.findMany(given);
    given.splice(0, 2, 3);
    expect(ids(await answer)).toEqual([1, 2]);
    expect(users.calls).toEqual([[[1, 2]]]);
  });

  it('hands out copies of its own', async () => {
    const { users } = await provide(UserRows);
    await users.findMany([1]);
    const [first] = (await users.findMany([1])) as { name: string }[];
    (first as { name: string }).name = 'changed';
    expect(await users.findMany([1])).toEqual([{ id: 1, name: 'Ada' }]);
  });

  it('has the instance as `this` in keys and keyOf, and the arguments behind the row', async () => {
    const { users, cache } = await provide(Rows);
    await users.ofTenant([1], 'acme');
    await users.ofTenant([1], 'other');
    expect(users.calls).toEqual([
      [[1], 'acme'],
      [[1], 'other'],
    ]);
    expect(await cache.get('acme:1')).toEqual({ id: 1 });
    const own = await provide(OfInstance);
    await own.users.find([1]);
    expect(await own.cache.get('users:1')).toEqual({ id: 1 });
  });

  it('chunk: gives the method so many ids at a time', async () => {
    const { users } = await provide(Rows);
    expect(ids(await users.inChunks([1, 2, 3, 4, 5]))).toEqual([1, 2, 3, 4, 5]);
    expect(users.calls).toEqual([[[1, 2]], [[3, 4]], [[5]]]);
  });

  it('when: false goes past the cache', async () => {
    const { users } = await provide(Rows);
    for (const given of [[1], [1], [1, 2], [1, 2]]) await users.whenSeveral(given);
    expect(users.calls).toEqual([[[1]], [[1]], [[1, 2]]]);
  });

  it('unless: true for a row returns it without caching it', async () => {
    const { users } = await provide(Rows);
    expect(ids(await users.unlessSecret([1, 2], 2))).toEqual([1, 2]);
    expect(ids(await users.unlessSecret([1, 2], 2))).toEqual([1, 2]);
    expect(users.calls).toEqual([[[1, 2]], [[2]]]);
  });

  it('throws what the method throws, and caches nothing', async () => {
    const { users } = await provide(Rows);
    const failure = new RangeError('no table');
    users.answer = () => {
      throw failure;
    };
    await expect(users.plain([1])).rejects.toBe(failure);
    users.answer = (given) => given.map((id) => ({ id }));
    expect(ids(await users.plain([1]))).toEqual([1]);
  });

  it('on a disabled cache runs the method every time', async () => {
    const { users } = await provide(UserRows, { defaults: { enabled: false } });
    for (const _ of [1, 2]) expect(ids(await users.findMany([2, 1]))).toEqual([2, 1]);
    expect(users.calls).toHaveLength(2);
  });
});

@Injectable()
class OfInstance {
  readonly table = 'users';

  @CasCachedMany({
    keys(this: OfInstance, given: number[]) {
      return given.map((id) => `${this.table}:${id}`);
    },
    keyOf(this: OfInstance, row: { id: number }) {
      return `${this.table}:${row.id}`;
    },
  })
  async find(given: number[]): Promise<{ id: number }[]> {
    return given.map((id) => ({ id }));
  }
}

describe('a call of a @CasCachedMany method rejects, naming class and method,', () => {
  it.each([
    ['undefined', undefined, 'with undefined first'],
    ['null', null, 'with null first'],
    ['a Set', new Set([1]), 'with what is no array (object) first'],
    ['a text', '12', 'with what is no array (string) first'],
  ])('when it is given %s', async (_, given, message) => {
    const { users } = await provide(Rows);
    const error = await errorOf(() => users.plain(given as unknown as number[]));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(`@CasCachedMany on Rows.plain: it was called ${message}; give an array of ids`);
    expect(users.calls).toEqual([]);
  });

  it.each([
    ['too few keys', 'tooFewKeys', 'Rows.tooFewKeys: keys answered 1 keys for 2 ids; answer an array with one key'],
    ['no array', 'textForKeys', 'Rows.textForKeys: keys answered what is no array (string) for 2 ids'],
    ['what is no key', 'numberKeys', 'Rows.numberKeys: keys: A key is a string, and this is of type number'],
  ] as const)('when keys answers %s', async (_, name, message) => {
    const { users } = await provide(Rows);
    const error = await errorOf(() => users[name]([1, 2]));
    expect(error.message).toContain(message);
    expect(users.calls).toEqual([]);
  });

  it('when keyOf answers what is no key', async () => {
    const { users } = await provide(Rows);
    const error = await errorOf(() => users.numberKeyOf([1]));
    expect(error.message).toContain('Rows.numberKeyOf: keyOf: A key is a string, and this is of type number');
  });

  it.each([
    ['null', null, 'the method answered null'],
    ['undefined', undefined, 'the method answered undefined'],
    ['a Map', new Map(), 'the method answered what is no array (object)'],
  ])('when the method answers %s', async (_, answer, message) => {
    const { users } = await provide(Rows);
    users.answer = () => answer;
    const error = await errorOf(() => users.plain([1]));
    expect(error).toBeInstanceOf(CasValueError);
    expect(error.message).toContain(`@CasCachedMany on Rows.plain: ${message}; answer an array of rows`);
  });
});
