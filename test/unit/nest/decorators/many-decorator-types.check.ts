// Compiled by the type check, never run: what @CasCachedMany accepts and refuses at compile time.
import { CasCachedMany } from 'nestjs-cascache';

interface User {
  id: number;
  name: string;
}

export abstract class Accepted {
  table = 'users';

  @CasCachedMany({ keys: (ids: readonly number[]) => ids.map(String), keyOf: (user: User) => String(user.id) })
  async many(_ids: number[]): Promise<User[]> {
    return [];
  }

  @CasCachedMany({
    keys: (ids: readonly number[], tenant: string) => ids.map((id) => `${tenant}:${id}`),
    keyOf: (user: User, _ids: number[], tenant: string) => `${tenant}:${user.id}`,
    unless: (user: User, _ids: number[]) => user.name === '',
    when: (ids: number[]) => ids.length < 100,
    missing: 'negative',
    negativeTtl: '1m',
    chunk: 500,
    fresh: '1m',
    namespace: 'user',
  })
  async manyOfTenant(_ids: number[], _tenant: string, _deep?: boolean): Promise<readonly User[]> {
    return [];
  }

  @CasCachedMany({
    keys(this: Accepted, ids: readonly number[]) {
      return ids.map((id) => `${this.table}:${id}`);
    },
    keyOf(this: Accepted, { id }: { readonly id: number }) {
      return `${this.table}:${id}`;
    },
  })
  async manyByInstance(_ids: readonly number[]): Promise<User[]> {
    return [];
  }

  @CasCachedMany({ keys: (ids) => [`${ids}`], keyOf: (user) => `${user}` })
  async manyInferred(_ids: string[]): Promise<User[]> {
    return [];
  }

  @CasCachedMany({ keys: (ids: readonly string[]) => ids, keyOf: (row: { key: string }) => row.key })
  protected async manyGeneric<T extends { key: string }>(_ids: string[]): Promise<T[]> {
    return [];
  }
}

export abstract class Refused {
  // @ts-expect-error -- the keys take texts, the method numbers
  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (user: User) => user.name })
  async manyWrongIds(_ids: number[]): Promise<User[]> {
    return [];
  }

  @CasCachedMany({
    // @ts-expect-error -- keys are a list
    keys: (ids: number[]) => ids.join(),
    keyOf: (user: User) => user.name,
  })
  async manyKeysNoList(_ids: number[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the key is of an order, the rows are users
  @CasCachedMany({ keys: (ids: number[]) => ids.map(String), keyOf: (order: { orderId: string }) => order.orderId })
  async manyWrongRow(_ids: number[]): Promise<User[]> {
    return [];
  }

  @CasCachedMany({
    keys: (ids: number[]) => ids.map(String),
    // @ts-expect-error -- a key is a string
    keyOf: (user: User) => user.id,
  })
  async manyNumberKey(_ids: number[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- keyOf does not take a row that is null
  @CasCachedMany({ keys: (ids: number[]) => ids.map(String), keyOf: (user: User) => user.name })
  async manyWithGaps(_ids: number[]): Promise<(User | null)[]> {
    return [];
  }

  // @ts-expect-error -- without rows there is [], not null
  @CasCachedMany({ keys: (ids: number[]) => ids.map(String), keyOf: (user: User) => user.name })
  async manyOrNull(_ids: number[]): Promise<User[] | null> {
    return null;
  }

  // @ts-expect-error -- a map is no array of rows
  @CasCachedMany({ keys: (ids: number[]) => ids.map(String), keyOf: (user: User) => user.name })
  async manyAsMap(_ids: number[]): Promise<Map<number, User>> {
    return new Map();
  }

  // @ts-expect-error -- a set is no array of ids
  @CasCachedMany({ keys: (ids: Set<number>) => [...ids].map(String), keyOf: (user: User) => user.name })
  async manyOfSet(_ids: Set<number>): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the ids may be left out
  @CasCachedMany({ keys: (ids: number[] = []) => ids.map(String), keyOf: (user: User) => user.name })
  async manyOptional(_ids?: number[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the ids are no list, but the parameters
  @CasCachedMany({ keys: (...ids: number[]) => ids.map(String), keyOf: (user: User) => user.name })
  async manyRest(..._ids: number[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the rows are users, not texts
  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (u: User) => u.name, unless: (name: string) => name === '' })
  async manyWrongUnless(_ids: string[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the condition takes one id
  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (u: User) => u.name, when: (id: string) => id !== '' })
  async manyWrongWhen(_ids: string[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- keyOf is missing
  @CasCachedMany({ keys: (ids: string[]) => ids })
  async manyWithoutKeyOf(_ids: string[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- what is served from a cache is a promise
  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (user: User) => user.name })
  manySynchronous(_ids: string[]): User[] {
    return [];
  }

  // @ts-expect-error -- the keys belong to another class
  @CasCachedMany({
    keys(this: { readonly shelf: string }, ids: string[]) {
      return ids.map((id) => this.shelf + id);
    },
    keyOf: (user: User) => user.name,
  })
  async manyOfForeignInstance(_ids: string[]): Promise<User[]> {
    return [];
  }
}
