import { describe, expect, it } from '@jest/globals';
import { CasCached, CasConfigError, CasKeyError, casKey } from 'nestjs-cascache';

class UserRepository {
  @CasCached()
  async find(..._args: unknown[]): Promise<unknown> {
    return null;
  }

  @CasCached()
  async findAll(..._args: unknown[]): Promise<unknown> {
    return null;
  }

  @CasCached({ key: (id: unknown) => String(id) })
  async withKey(_id: unknown): Promise<unknown> {
    return null;
  }

  async undecorated(): Promise<unknown> {
    return null;
  }

  @CasCached()
  async 'by name'(..._args: unknown[]): Promise<unknown> {
    return null;
  }
}

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

const key = (...args: unknown[]): string => casKey(UserRepository, 'find', ...args);

describe('the default key', () => {
  it('names class, method and arguments', () => {
    expect(key('42', { deep: true })).toBe("UserRepository.find('42',{deep:true})");
    expect(key()).toBe('UserRepository.find()');
  });

  it('tells methods apart', () => {
    expect(casKey(UserRepository, 'findAll')).not.toBe(key());
  });

  it('of a method whose name is no identifier cannot pass for another one', () => {
    expect(casKey(UserRepository, 'by name', 1)).toBe("UserRepository.'by name'(1)");
  });

  it.each<[string, unknown[], unknown[]]>([
    ['1 and "1"', [1], ['1']],
    ['null and undefined', [null, 0], [undefined, 0]],
    ['null and nothing', [null], []],
    ['["a:b"] and ["a", "b"]', ['a:b'], ['a', 'b']],
    ['[["a", "b"]] and ["a", "b"]', [['a', 'b']], ['a', 'b']],
    ['true and "true"', [true], ['true']],
    ['1 and 1n', [1], [1n]],
    ['a Date and its text', [new Date(0)], ['1970-01-01T00:00:00.000Z']],
    ['"a,b" and ["a", "b"]', ['a,b'], ['a', 'b']],
    ["\"a','b\" and ['a', 'b']", ["a','b"], ['a', 'b']],
    ['{} and []', [{}], [[]]],
  ])('differs for %s', (_, one, other) => {
    expect(key(...one)).not.toBe(key(...other));
  });

  it('is the same for an argument that is left out and a trailing undefined, as for the method', () => {
    expect(key(1, undefined, undefined)).toBe(key(1));
    expect(key(undefined)).toBe(key());
    expect(key(undefined, 1)).not.toBe(key(1));
  });

  it('is the same for equal data', () => {
    expect(key({ a: 1, b: [2] })).toBe(key({ b: [2], a: 1 }));
  });

  it('hashes arguments that are long, so that it stays short, and still tells them apart', () => {
    const long = key('x'.repeat(100_000));
    expect(long).toMatch(/^UserRepository\.find#[0-9a-f]{64}$/);
    expect(key('x'.repeat(100_001))).not.toBe(long);
    expect(key('x'.repeat(400))).toContain("('xxx");
  });

  it.each<[string, unknown[], string]>([
    ['a function', [1, () => 1], 'Argument 2 is a function'],
    ['a symbol', [Symbol('s')], 'Argument 1 is a symbol'],
    ['a function inside', [{ filter: { by: () => 1 } }], 'Argument 1, at .filter.by, is a function'],
    ['a Promise', [0, 0, Promise.resolve()], 'Argument 3'],
    ['a cycle', [cycle], 'Argument 1, at .self, is an object that contains itself'],
  ])('refuses %s and names class, method and argument', (_, args, message) => {
    const work = (): string => key(...args);
    expect(work).toThrow(CasKeyError);
    expect(work).toThrow(`UserRepository.find: ${message}`);
  });
});

describe('casKey refuses', () => {
  it('a method with a key function of its own', () => {
    expect(() => casKey(UserRepository, 'withKey', 1)).toThrow(CasConfigError);
    expect(() => casKey(UserRepository, 'withKey', 1)).toThrow('UserRepository.withKey has a key function of its own');
  });

  it('a method that is not cached', () => {
    expect(() => casKey(UserRepository, 'undecorated')).toThrow('UserRepository.undecorated is not decorated');
  });
});

describe('a class without a name', () => {
  it('has no default keys, and says what to do', () => {
    class Unnamed {
      @CasCached()
      async find(): Promise<unknown> {
        return null;
      }
    }
    Object.defineProperty(Unnamed, 'name', { value: '' });
    expect(() => casKey(Unnamed, 'find')).toThrow('Name it, or give `key`');
  });
});
