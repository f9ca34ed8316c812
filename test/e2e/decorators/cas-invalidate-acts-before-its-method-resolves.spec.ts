import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  CasCacheModule,
  CasCacheRegistry,
  CasCached,
  CasConfigError,
  CasInvalidate,
  CasInvalidateError,
  CasKeyError,
} from 'nestjs-cascache';
import { CallLog } from '../../support/core/call-log.js';
import { RecordedEvents } from '../../support/core/recorded-events.js';
import { ScriptedGenerations } from '../../support/core/scripted-generations.js';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

@Injectable()
class Repository {
  readonly suffix = '!';
  runs: string[] = [];
  failure: Error | undefined;

  private async run(what: string): Promise<string> {
    this.runs.push(what);
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return what;
  }

  @CasInvalidate({ key: (id: string) => id })
  async byKey(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({
    keys(this: Repository, ids: readonly string[]) {
      return ids.map((id) => id + this.suffix);
    },
  })
  async byKeys(ids: readonly string[]): Promise<string> {
    return this.run(ids.join());
  }

  @CasInvalidate({ key: (id: string) => id, keysFrom: (result: string, id: string) => [`${result}+${id}`] })
  async byResult(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ keysFrom: () => [] })
  async byNothing(): Promise<string> {
    return this.run('nothing');
  }

  @CasInvalidate({ key: (ids: string[]) => ids[0] as string })
  async thatEmptiesItsArguments(ids: string[]): Promise<string> {
    ids.length = 0;
    return this.run('emptied');
  }

  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async reporting(id: string): Promise<string> {
    return this.run(id);
  }

  @CasInvalidate({ key: () => 7 as unknown as string })
  async badKey(): Promise<string> {
    return this.run('bad');
  }

  @CasInvalidate({ keys: () => 'a' as unknown as string[] })
  async badKeys(): Promise<string> {
    return this.run('bad');
  }

  @CasInvalidate({
    key: (id: string) => id,
    keysFrom: () => {
      throw new TypeError('no rows');
    },
  })
  async badKeysFrom(id: string): Promise<string> {
    return this.run(id);
  }

  @CasCached()
  async cached(id: string): Promise<string> {
    return this.run(`cached ${id}`);
  }

  @CasCached({ key: (id: string) => `own:${id}` })
  async cachedByOwnKey(id: string): Promise<string> {
    return this.run(`own ${id}`);
  }

  @CasInvalidate({ of: 'cached' })
  async ofCached(_id: string, _data: object): Promise<void> {}

  @CasInvalidate({ of: 'cached', args: (data: { id: string }) => [data.id] })
  async ofCachedWithArgs(_data: { id: string }): Promise<void> {}

  @CasInvalidate({ of: 'cachedByOwnKey' })
  async ofOwnKey(_id: string): Promise<void> {}
}

async function setUp() {
  const events = new RecordedEvents();
  const generations = new ScriptedGenerations('process', new CallLog());
  const app = await compile({
    imports: [
      CasCacheModule.forRoot({ genStore: generations, logger: false, hooks: events }),
      CasCacheModule.forFeature('user'),
    ],
    providers: [Repository],
  });
  const cache = app.get(CasCacheRegistry).get<string>('user');
  const put = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await cache.getOrLoad(key, () => 'old');
  };
  const left = async (...keys: string[]): Promise<string[]> => {
    const { values } = await cache.getBulk(keys);
    return [...values.keys()];
  };
  const down = new Error('the store is down');
  const breakBump = (key: string): void => {
    generations.script.fail('bump', 'throw', down);
    generations.script.failKey('bumpMany', `single:user:${key}`, down);
  };
  return { users: app.get(Repository), events, down, breakBump, put, left };
}

describe('@CasInvalidate', () => {
  it('key: invalidates what the arguments name, and returns what the method returns', async () => {
    const { users, put, left } = await setUp();
    await put('a', 'b');
    expect(await users.byKey('a')).toBe('a');
    expect(await left('a', 'b')).toEqual(['b']);
  });

  it('keys: invalidates several, with the instance as `this`', async () => {
    const { users, put, left } = await setUp();
    await put('a!', 'b!', 'c!');
    await users.byKeys(['a', 'b', 'a']);
    expect(await left('a!', 'b!', 'c!')).toEqual(['c!']);
  });

  it('keysFrom: invalidates what the result and the arguments name, besides', async () => {
    const { users, put, left } = await setUp();
    await put('a', 'a+a', 'b');
    await users.byResult('a');
    expect(await left('a', 'a+a', 'b')).toEqual(['b']);
  });

  it('keysFrom that answers nothing invalidates nothing', async () => {
    const { users, put, left } = await setUp();
    await put('a');
    expect(await users.byNothing()).toBe('nothing');
    expect(await left('a')).toEqual(['a']);
  });

  it('evaluates key before the method, which may change its arguments', async () => {
    const { users, put, left } = await setUp();
    await put('a');
    await users.thatEmptiesItsArguments(['a']);
    expect(await left('a')).toEqual([]);
  });

  it('starts the method at once, as without the decorator', async () => {
    const { users } = await setUp();
    const running = users.byKey('a');
    expect(users.runs).toEqual(['a']);
    await running;
  });
});

describe('@CasInvalidate of a method that throws', () => {
  it('invalidates key and keys too, as it may have written, and rethrows the original error', async () => {
    const { users, put, left } = await setUp();
    await put('a', 'a+a');
    users.failure = new RangeError('the connection broke after the commit');
    await expect(users.byResult('a')).rejects.toBe(users.failure);
    expect(await left('a', 'a+a')).toEqual(['a+a']);
  });

  it('throws the original error, not that of the invalidation, which goes to the hooks', async () => {
    const { users, breakBump, events } = await setUp();
    users.failure = new RangeError('no such user');
    breakBump('a');
    await expect(users.byKey('a')).rejects.toBe(users.failure);
    expect(events.of('fault')).toMatchObject([{ operation: 'invalidate', key: 'a' }]);
  });
});

describe('@CasInvalidate whose invalidation fails after the method succeeded', () => {
  it('rejects with CasInvalidateError: the failures and the result; the other keys are done', async () => {
    const { users, breakBump, down, put, left } = await setUp();
    await put('a!', 'b!');
    breakBump('b!');
    const error = (await errorOf(() => users.byKeys(['a', 'b']))) as CasInvalidateError;
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect([...error.failures]).toEqual([['b!', down]]);
    expect(error.result).toBe('a,b');
    expect(error.namespace).toBe('user');
    expect(await left('a!', 'b!')).toEqual([]);
  });

  it("onFailure: 'report' returns the result, and the hooks are told", async () => {
    const { users, breakBump, events } = await setUp();
    breakBump('a');
    expect(await users.reporting('a')).toBe('a');
    expect(events.of('fault')).toMatchObject([{ operation: 'invalidate', key: 'a' }]);
  });
});

describe('@CasInvalidate whose functions fail', () => {
  it.each([
    ['badKey', 'Repository.badKey: key: A key is a string'],
    ['badKeys', 'Repository.badKeys: keys has to answer an array of keys'],
  ] as const)('rejects before the method runs, naming class and method: %s', async (name, message) => {
    const { users } = await setUp();
    const error = await errorOf(() => users[name]());
    expect(error).toBeInstanceOf(CasKeyError);
    expect(error.message).toContain(message);
    expect(users.runs).toEqual([]);
  });

  it('invalidates the other keys when keysFrom fails, and says that the method succeeded', async () => {
    const { users, put, left } = await setUp();
    await put('a');
    const error = await errorOf(() => users.badKeysFrom('a'));
    expect(error.message).toContain('Repository.badKeysFrom: the method succeeded, but keysFrom failed');
    expect(error.cause).toEqual(new TypeError('no rows'));
    expect(await left('a')).toEqual([]);
  });
});

describe('@CasInvalidate({ of })', () => {
  it('invalidates the default key of that method, for the first arguments that it declares', async () => {
    const { users } = await setUp();
    await users.cached('a');
    await users.ofCached('a', { name: 'new' });
    await users.cached('a');
    expect(users.runs).toEqual(['cached a', 'cached a']);
  });

  it('takes other arguments from args', async () => {
    const { users } = await setUp();
    await users.cached('a');
    await users.cached('b');
    await users.ofCachedWithArgs({ id: 'a' });
    await users.cached('a');
    await users.cached('b');
    expect(users.runs).toEqual(['cached a', 'cached b', 'cached a']);
  });

  it('invalidates the key of its key function', async () => {
    const { users, left } = await setUp();
    await users.cachedByOwnKey('a');
    expect(await left('own:a')).toEqual(['own:a']);
    await users.ofOwnKey('a');
    expect(await left('own:a')).toEqual([]);
  });

  it('of a method that is not cached is an error at start-up', async () => {
    @Injectable()
    class Typo {
      @CasInvalidate({ of: 'fnid' as string })
      async write(_id: string): Promise<void> {}
    }
    const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')];
    const error = await errorOf(() => compile({ imports, providers: [Typo] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('@CasInvalidate on Typo.write: of names "fnid"');
  });

  it('of a method with more arguments is an error at start-up, as no key would be right', async () => {
    @Injectable()
    class Short {
      @CasCached()
      async find(_tenant: string, _id: string): Promise<void> {}

      @CasInvalidate({ of: 'find' as never })
      async write(_tenant: string): Promise<void> {}
    }
    const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')];
    const error = await errorOf(() => compile({ imports, providers: [Short] }));
    expect(error.message).toContain('Short.find takes 2 arguments, and this method only 1: give `args`');
  });
});
