import { describe, expect, it } from '@jest/globals';
import { CasCached, CasCachedMany, CasConfigError, CasInvalidate, CasKeyError, CasTtlError } from 'nestjs-cascache';

type Loose = (options?: object) => (target: unknown, name: unknown, descriptor?: PropertyDescriptor) => void;
const Cached = CasCached as unknown as Loose;
const CachedMany = CasCachedMany as unknown as Loose;
const Invalidate = CasInvalidate as unknown as Loose;
const many = { keys: (ids: string[]) => ids, keyOf: (row: string) => row };

class Repository {
  async find(): Promise<void> {}

  static async all(): Promise<void> {}

  get size(): number {
    return 0;
  }
}

const method = (): PropertyDescriptor => ({ configurable: true, writable: true, value: async () => undefined });
const onFind = (decorate: ReturnType<Loose>) => () => decorate(Repository.prototype, 'find', method());

describe.each([
  ['@CasCached', Cached],
  ['@CasCachedMany', (options?: object) => CachedMany({ ...many, ...options })],
  ['@CasInvalidate', (options?: object) => Invalidate({ key: () => 'k', ...options })],
])('%s refuses at decoration', (name, decorator) => {
  it('a static method', () => {
    const decorate = () => decorator()(Repository, 'all', Object.getOwnPropertyDescriptor(Repository, 'all'));
    expect(decorate).toThrow(CasConfigError);
    expect(decorate).toThrow(`${name} on Repository.all: a static method belongs to no instance`);
  });

  it('a class', () => {
    const decorate = () => decorator()(Repository, undefined);
    expect(decorate).toThrow(CasConfigError);
    expect(decorate).toThrow(`${name} stands on the class Repository: put it on the methods`);
  });

  it.each<[string, () => unknown]>([
    [
      'a generator',
      function* () {
        yield 1;
      },
    ],
    [
      'an async generator',
      async function* () {
        yield 1;
      },
    ],
  ])('%s', (_, value) => {
    const decorate = () => decorator()(Repository.prototype, 'find', { ...method(), value });
    expect(decorate).toThrow(CasConfigError);
    expect(decorate).toThrow(`${name} on Repository.find: a generator is read once`);
  });

  it('an accessor', () => {
    const { prototype } = Repository;
    const decorate = () => decorator()(prototype, 'size', Object.getOwnPropertyDescriptor(prototype, 'size'));
    expect(decorate).toThrow(`${name} on Repository.size: only methods can be decorated`);
  });

  it('a field', () => {
    expect(() => decorator()(Repository.prototype, 'field')).toThrow('only methods can be decorated');
  });

  it('to be an ECMAScript decorator', () => {
    const decorate = () => decorator()(async () => undefined, { kind: 'method', name: 'find' });
    expect(decorate).toThrow(`${name} was applied as an ECMAScript decorator`);
    expect(decorate).toThrow('experimentalDecorators');
  });

  it('what is no namespace', () => {
    expect(onFind(decorator({ namespace: 'a:b' }))).toThrow(CasKeyError);
  });

  it('a key that is no function', () => {
    const option = name === '@CasCachedMany' ? 'keyOf' : 'key';
    expect(onFind(decorator({ [option]: 'id' }))).toThrow(CasConfigError);
    expect(onFind(decorator({ [option]: 'id' }))).toThrow(`${option} of Repository.find: give a function, not 'id'`);
  });
});

describe('@CasCached refuses at decoration', () => {
  it.each([0, -1, Number.NaN, 'soon'])('the ttl %p, naming the method', (ttl) => {
    expect(onFind(Cached({ ttl }))).toThrow(CasTtlError);
    expect(onFind(Cached({ ttl }))).toThrow('ttl of Repository.find');
  });

  it('to be there twice', () => {
    class Twice {
      declare find: () => Promise<void>;
    }
    Cached()(Twice.prototype, 'find', method());
    expect(() => Cached()(Twice.prototype, 'find', method())).toThrow('@CasCached on Twice.find: it is cached twice');
  });

  it('a method named by a symbol, without a key', () => {
    const decorate = (options?: object) => () => Cached(options)(Repository.prototype, Symbol('find'), method());
    expect(decorate()).toThrow('has no default key; give `key`');
    expect(decorate({ key: () => 'k' })).not.toThrow();
  });
});

describe('@CasCachedMany refuses at decoration', () => {
  it.each<[string, object | undefined, string]>([
    ['no options', undefined, 'give keys, which answers'],
    ['no keys', { keyOf: many.keyOf }, 'give keys, which answers the keys of the ids'],
    ['no keyOf', { keys: many.keys }, 'give keyOf, which answers the key of a row'],
    [
      'an option that does not exist',
      { ...many, key: () => 'k' },
      'has no option "key": there are keys, keyOf, missing',
    ],
  ])('%s', (_, options, message) => {
    expect(onFind(CachedMany(options))).toThrow(CasConfigError);
    expect(onFind(CachedMany(options))).toThrow('@CasCachedMany on Repository.find');
    expect(onFind(CachedMany(options))).toThrow(message);
  });

  it.each<[string, object, string]>([
    ['keys that are none', { keys: ['k'] }, 'keys of Repository.find: give a function, not an array'],
    ['a condition that is none', { unless: true }, 'unless of Repository.find: give a function, not a boolean'],
    ['another treatment', { missing: 'null' }, "missing of Repository.find: give 'absent' or 'negative', not 'null'"],
    ['a chunk of none', { chunk: 0 }, 'chunk of Repository.find: give a whole number of at least 1, not 0'],
    ['a chunk of a part', { chunk: 1.5 }, 'chunk of Repository.find: give a whole number of at least 1, not 1.5'],
    ['a namespace that is none', { namespace: 'a:b' }, 'The namespace "a:b" cannot be used'],
  ])('%s', (_, options, message) => {
    expect(onFind(CachedMany({ ...many, ...options }))).toThrow(message);
  });

  it('a ttl that is none, naming the method', () => {
    expect(onFind(CachedMany({ ...many, fresh: 0 }))).toThrow(CasTtlError);
    expect(onFind(CachedMany({ ...many, fresh: 0 }))).toThrow('fresh of Repository.find');
  });

  it('to be there twice, or beside @CasCached', () => {
    class Twice {
      declare find: () => Promise<void>;
    }
    CachedMany(many)(Twice.prototype, 'find', method());
    const message = 'on Twice.find: it is cached twice; keep one decorator';
    expect(() => CachedMany(many)(Twice.prototype, 'find', method())).toThrow(`@CasCachedMany ${message}`);
    expect(() => Cached()(Twice.prototype, 'find', method())).toThrow(`@CasCached ${message}`);
  });
});

describe('@CasInvalidate refuses at decoration', () => {
  it.each<[string, object, string]>([
    ['no keys at all', {}, 'nothing to invalidate; give key, keys, keysFrom, of, tags or tagsFrom'],
    ['args without of', { key: () => 'k', args: () => [] }, 'args are those of the method that `of` names'],
  ])('%s', (_, options, message) => {
    expect(onFind(Invalidate(options))).toThrow(CasConfigError);
    expect(onFind(Invalidate(options))).toThrow(`@CasInvalidate on Repository.find: ${message}`);
  });
});

describe('@CasInvalidate refuses an option', () => {
  it.each<[string, object, string]>([
    ['of that is no name', { of: () => 'find' }, 'of of Repository.find: give the name of a method, not a function'],
    [
      'another reaction',
      { onFailure: 'ignore' },
      "onFailure of Repository.find: give 'throw' or 'report', not 'ignore'",
    ],
    ['keys that are no function', { keys: ['k'] }, 'keys of Repository.find: give a function, not an array'],
    [
      'that does not exist',
      { kee: () => 'k' },
      '@CasInvalidate on Repository.find has no option "kee": there are key, ',
    ],
  ])('%s', (_, options, message) => {
    expect(onFind(Invalidate(options))).toThrow(CasConfigError);
    expect(onFind(Invalidate(options))).toThrow(message);
  });
});

describe('@CasInvalidate refuses an intent at decoration', () => {
  it.each<[string, object, string]>([
    [
      'without keys to close',
      { keysFrom: () => [], intent: true },
      'keysFrom knows them only after it; give key, keys or of',
    ],
    ['that is a text', { key: () => 'k', intent: 'yes' }, 'intent is true, false, or the options'],
    ['that is null', { key: () => 'k', intent: null }, 'intent is true, false, or the options'],
    ['of another option', { key: () => 'k', intent: { leese: '1s' } }, 'intent has no option "leese"'],
    [
      'of another reaction',
      { key: () => 'k', intent: { onUnavailable: 'skip' } },
      "onUnavailable of the intent of Repository.find: give 'throw' or",
    ],
  ])('%s', (_, options, message) => {
    expect(onFind(Invalidate(options))).toThrow(CasConfigError);
    expect(onFind(Invalidate(options))).toThrow(message);
  });

  it('of a lease that is none, naming the method', () => {
    expect(onFind(Invalidate({ key: () => 'k', intent: { lease: 0 } }))).toThrow(CasTtlError);
    expect(onFind(Invalidate({ key: () => 'k', intent: { lease: 0 } }))).toThrow('intent of Repository.find');
  });
});
