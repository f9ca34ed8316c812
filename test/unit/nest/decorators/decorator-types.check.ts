// Compiled by the type check, never run: what the decorators accept and refuse at compile time.
import { CasCached, CasInvalidate, casKey } from 'nestjs-cascache';

interface User {
  id: number;
  name: string;
}

abstract class Accepted {
  table = 'users';

  @CasCached()
  async bare(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ ttl: '5m', namespace: 'user' })
  async withoutFunctions(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ key: (id) => `u:${id}` })
  async inferredParameter(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ key: (id: number) => `u:${id}` })
  async fewerParameters(_id: number, _options: { deep: boolean }): Promise<User | null> {
    return null;
  }

  @CasCached({ key: () => 'all' })
  async noParameters(_limit: number): Promise<User[]> {
    return [];
  }

  @CasCached({ key: (id: number | string) => String(id) })
  async widerParameter(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({
    key(this: Accepted, id: number) {
      return `${this.table}:${id}`;
    },
  })
  async instance(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ key: (...ids: number[]) => ids.join() })
  async rest(..._ids: number[]): Promise<User[]> {
    return [];
  }

  @CasCached({ key: (id: number, deep?: boolean) => `${id}${deep}` })
  async optional(_id: number, _deep?: boolean): Promise<User | null> {
    return null;
  }

  @CasCached({ when: (id: number) => id > 0, unless: (user: User | null) => user === null })
  async conditions(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ unless: (user: User | null, id: number) => user?.id !== id })
  async resultAndArguments(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ key: (id: number) => String(id) })
  protected async hidden(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ key: (id: string) => id })
  async generic<T extends string>(id: T): Promise<T> {
    return id;
  }

  @CasCached({ instance: 'shared' })
  async ofAllInstances(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ instance: (self: Accepted) => self.table })
  async ofTable(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ instance: (self: { readonly table: string }) => self.table })
  async ofPartOfTheInstance(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ instance: () => 'tenant' })
  async ofTheCaller(_id: number): Promise<User | null> {
    return null;
  }

  @CasInvalidate({ key: (id: number) => `u:${id}` })
  async update(_id: number, _user: Partial<User>): Promise<void> {}

  @CasInvalidate({ keys: (ids: readonly number[]) => ids.map(String) })
  async updateMany(_ids: readonly number[]): Promise<number> {
    return 0;
  }

  @CasInvalidate({ keysFrom: (users: User[]) => users.map(({ id }) => `u:${id}`), onFailure: 'report' })
  async rename(_from: string, _to: string): Promise<User[]> {
    return [];
  }

  @CasInvalidate({ intent: true, key: (id: number) => `u:${id}` })
  async updateUnderIntent(_id: number): Promise<void> {}

  @CasInvalidate({ intent: { lease: '1m', onUnavailable: 'proceed' }, of: 'bare' })
  async removeUnderIntent(_id: number): Promise<void> {}

  @CasInvalidate({ of: 'bare' })
  async remove(_id: number): Promise<void> {}

  @CasInvalidate({ of: 'bare' })
  async replace(_id: number, _user: User): Promise<void> {}

  @CasInvalidate({ of: 'bare', args: (user: User) => [user.id] })
  async save(_user: User): Promise<void> {}

  @CasInvalidate({ of: 'optional', args: (id: number) => [id] })
  async ofOptionalWithArgs(_id: number, _name: string): Promise<void> {}

  @CasInvalidate({ of: 'rest', args: (...ids: number[]) => ids })
  async ofRestWithArgs(..._ids: number[]): Promise<void> {}

  @CasInvalidate({ of: 'noneOrUndefined' })
  async ofParameterThatMayBeUndefined(_id: number | undefined): Promise<void> {}

  @CasCached()
  async noneOrUndefined(_id: number | undefined): Promise<User | null> {
    return null;
  }

  @CasInvalidate({ of: 'generic' })
  async ofGeneric(_id: string): Promise<void> {}

  @CasInvalidate({ of: 'hidden' as string })
  async ofProtected(_id: number): Promise<void> {}

  @CasInvalidate({ key: async (id: number) => `u:${id}`, keys: async (id: number) => [`v:${id}`] })
  async asyncKeys(_id: number): Promise<void> {}

  @CasInvalidate({
    async keys(this: Accepted, id: number) {
      return [String((await this.bare(id))?.name)];
    },
  })
  async asyncKeysOfTheInstance(_id: number): Promise<void> {}

  @CasInvalidate({
    of: 'bare',
    args(this: Accepted, name: string) {
      return [this.table.length + name.length];
    },
  })
  async ofArgsOfTheInstance(_name: string): Promise<void> {}

  @CasInvalidate({ of: 'optional', args: (id: number) => [id, true] })
  async ofOptionalWithAll(_id: number): Promise<void> {}

  @CasCached({
    fresh: '1m',
    earlyRefresh: 0.8,
    jitter: 0.1,
    negativeTtl: 500,
    softTimeout: '100ms',
    staleIfError: true,
    loadTimeout: '5s',
    stampede: 'replicas',
    stampedeWait: '2s',
    consistency: 'request',
    requestAge: '1s',
  })
  async readOptions(_id: number): Promise<User | null> {
    return null;
  }
}

abstract class Refused {
  table = 'users';

  // @ts-expect-error -- the key takes a string, the method a number
  @CasCached({ key: (id: string) => id })
  async wrongParameter(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the key wants more parameters than the method has
  @CasCached({ key: (id: number, tenant: string) => `${tenant}:${id}` })
  async tooManyParameters(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- a key is a string
  @CasCached({ key: (id: number) => id })
  async numberKey(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({
    // @ts-expect-error -- a key is a string, not a promise of one
    key: async (id: number) => String(id),
  })
  async asyncKey(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({
    // @ts-expect-error -- a key is a function
    key: 'all',
  })
  async keyOfText(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- a generator is no promise
  @CasCached()
  async *generator(_id: number): AsyncGenerator<User> {}

  // @ts-expect-error -- the key belongs to another class
  @CasCached({
    key(this: { readonly shelf: string }, id: number) {
      return `${this.shelf}:${id}`;
    },
  })
  async foreignInstance(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- what is served from a cache is a promise
  @CasCached()
  synchronous(_id: number): User | null {
    return null;
  }

  // @ts-expect-error -- an accessor is no method
  @CasCached()
  get accessor(): string {
    return this.table;
  }

  // @ts-expect-error -- a field is no method
  @CasCached()
  field = 1;

  // @ts-expect-error -- the result is a user, not a number
  @CasCached({ unless: (count: number) => count === 0 })
  async wrongResult(_id: number): Promise<User> {
    return { id: 0, name: '' };
  }

  // @ts-expect-error -- the condition takes a string, the method a number
  @CasCached({ when: (id: string) => id !== '' })
  async wrongCondition(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- what tells instances apart is a function or 'shared'
  @CasCached({ instance: 'all' })
  async instanceOfAnotherWord(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the instance has no shelf
  @CasCached({ instance: (self: { readonly shelf: string }) => self.shelf })
  async instanceOfAnotherClass(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- there is no such option
  @CasCached({ keyy: (id: number) => String(id) })
  async unknownOption(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the key takes a string, the method a number
  @CasInvalidate({ key: (id: string) => id })
  async wrongInvalidation(_id: number): Promise<void> {}

  // @ts-expect-error -- keys are a list
  @CasInvalidate({ keys: (id: number) => String(id) })
  async keysNoList(_id: number): Promise<void> {}

  // @ts-expect-error -- the result is a user, not a list of them
  @CasInvalidate({ keysFrom: (users: User[]) => users.map(({ id }) => String(id)) })
  async wrongKeysFrom(_id: number): Promise<User> {
    return { id: 0, name: '' };
  }

  // @ts-expect-error -- the caller could not wait for the invalidation
  @CasInvalidate({ key: (id: number) => String(id) })
  synchronousWrite(_id: number): void {}

  @CasCached()
  async find(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- `find` takes a number first
  @CasInvalidate({ of: 'find' })
  async saveWithoutArgs(_user: User): Promise<void> {}

  @CasCached()
  async findIn(_id: number, _locale?: string): Promise<User | null> {
    return null;
  }

  @CasCached()
  async findWithDefault(_id: number, _locale = 'en'): Promise<User | null> {
    return null;
  }

  @CasCached()
  async findMany(..._ids: number[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the name would pass for the locale
  @CasInvalidate({ of: 'findIn' })
  async renameWithoutArgs(_id: number, _name: string): Promise<void> {}

  // @ts-expect-error -- `findIn` may have been called with a locale or without
  @CasInvalidate({ of: 'findIn' })
  async sameParametersWithoutArgs(_id: number, _locale?: string): Promise<void> {}

  // @ts-expect-error -- a parameter with a default is optional
  @CasInvalidate({ of: 'findWithDefault' })
  async renameWithoutArgsOfDefault(_id: number, _name: string): Promise<void> {}

  // @ts-expect-error -- `findMany` takes any number of arguments
  @CasInvalidate({ of: 'findMany' })
  async saveManyWithoutArgs(..._ids: number[]): Promise<void> {}

  // @ts-expect-error -- `args` takes a string, the method a user
  @CasInvalidate({ of: 'find', args: (id: string) => [id] })
  async saveWithWrongArgs(_user: User): Promise<void> {}

  // @ts-expect-error -- `find` takes a number, and the name is a text
  @CasInvalidate({ of: 'find', args: (_id: number, name: string) => [name] })
  async saveWithForeignArgs(_id: number, _name: string): Promise<void> {}

  // @ts-expect-error -- `find` takes one argument
  @CasInvalidate({ of: 'find', args: (id: number, name: string) => [id, name] })
  async saveWithTooManyArgs(_id: number, _name: string): Promise<void> {}

  // @ts-expect-error -- `find` takes an argument
  @CasInvalidate({ of: 'find', args: () => [] })
  async saveWithTooFewArgs(_id: number): Promise<void> {}

  // @ts-expect-error -- there is no such method
  @CasInvalidate({ of: 'fnid' })
  async ofMisspeltMethod(_id: number): Promise<void> {}

  // @ts-expect-error -- a field is no method
  @CasInvalidate({ of: 'table' })
  async ofField(_id: number): Promise<void> {}

  // @ts-expect-error -- an intent is true, false, or its options
  @CasInvalidate({ of: 'find', intent: 'yes' })
  async intentOfText(_id: number): Promise<void> {}

  // @ts-expect-error -- an intent has no such option
  @CasInvalidate({ of: 'find', intent: { timeout: '1s' } })
  async intentOfAnotherOption(_id: number): Promise<void> {}

  // @ts-expect-error -- the key takes a string, the method a number
  @CasInvalidate({ intent: true, key: (id: string) => id })
  async intentOfWrongKey(_id: number): Promise<void> {}

  // @ts-expect-error -- there is no such reaction
  @CasInvalidate({ of: 'find', onFailure: 'ignore' })
  async unknownReaction(_id: number): Promise<void> {}

  // @ts-expect-error -- a caller that gives up is one call's affair
  @CasCached({ signal: AbortSignal.abort() })
  async withSignal(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- there is no such sharing
  @CasCached({ stampede: 'cluster' })
  async wrongStampede(_id: number): Promise<User | null> {
    return null;
  }
}

// @ts-expect-error -- a decorator of methods
@CasCached()
export class Decorated {}

// @ts-expect-error -- a decorator of methods
@CasInvalidate({ key: () => 'all' })
export class DecoratedWriter {}

export const keys = [
  casKey(Accepted, 'bare', 42),
  casKey(Accepted, 'optional', 42),
  casKey(Accepted, 'optional', 42, true),
  casKey({} as Accepted, 'bare', 42),
  // @ts-expect-error -- the argument of the instance's method is a number
  casKey({} as Accepted, 'bare', '42'),
  // @ts-expect-error -- the argument is a number
  casKey(Accepted, 'bare', '42'),
  // @ts-expect-error -- there is no such method
  casKey(Accepted, 'baer', 42),
  // @ts-expect-error -- a field has no key
  casKey(Accepted, 'table'),
  // @ts-expect-error -- an argument is missing
  casKey(Refused, 'find'),
];
