// Compiled by the type check, never run: which tags the decorators accept and refuse at compile time.
import { CasCached, CasCachedMany, CasInvalidate } from 'nestjs-cascache';

interface User {
  id: number;
  name: string;
}

const MANY = { keys: (ids: string[]) => ids, keyOf: (user: User) => user.name };

export abstract class Accepted {
  table = 'users';

  @CasCached({
    tags: (id: number) => [`user:${id}`],
    tagsFrom: (user: User | null, id: number) => [`${user?.name}:${id}`],
  })
  async find(_id: number): Promise<User | null> {
    return null;
  }

  @CasCached({ tags: () => 'all', tagsFrom: () => 'any' })
  async ofOneTag(_id: number, _deep: boolean): Promise<User> {
    return { id: 0, name: '' };
  }

  @CasCached({
    tags(this: { readonly table: string }) {
      return this.table;
    },
  })
  async ofItsInstance(_id: number): Promise<User | null> {
    return null;
  }

  @CasCachedMany({
    ...MANY,
    tags: (ids: string[]) => ids,
    tagsFrom: (user: User, ids: string[]) => [user.name, ...ids],
  })
  async many(_ids: string[]): Promise<User[]> {
    return [];
  }

  @CasInvalidate({ tags: async (id: number) => [`user:${id}`], tagsFrom: (user: User) => user.name })
  async rename(_id: number, _name: string): Promise<User> {
    return { id: 0, name: '' };
  }
}

export abstract class Refused {
  table = 'users';

  // @ts-expect-error -- the tags take a text, the method a number
  @CasCached({ tags: (id: string) => [id] })
  async wrongTags(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the result is a user, not a list of them
  @CasCached({ tagsFrom: (users: User[]) => users.map(({ name }) => name) })
  async wrongTagsFrom(_id: number): Promise<User> {
    return { id: 0, name: '' };
  }

  @CasCached({
    // @ts-expect-error -- tags are texts
    tags: (id: number) => [id],
  })
  async tagsOfNumbers(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the tags belong to another class
  @CasCached({
    tags(this: { readonly shelf: string }) {
      return this.shelf;
    },
  })
  async tagsOfForeignInstance(_id: number): Promise<User | null> {
    return null;
  }

  // @ts-expect-error -- the tags take one id
  @CasCachedMany({ ...MANY, tags: (id: string) => id })
  async manyWrongTags(_ids: string[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the rows are users, not texts
  @CasCachedMany({ ...MANY, tagsFrom: (name: string) => name })
  async manyWrongTagsFrom(_ids: string[]): Promise<User[]> {
    return [];
  }

  // @ts-expect-error -- the tags take a text, the method a number
  @CasInvalidate({ tags: (id: string) => id })
  async wrongInvalidation(_id: number): Promise<void> {}

  // @ts-expect-error -- the result is a user, not a text
  @CasInvalidate({ tagsFrom: (name: string) => name })
  async wrongInvalidationFrom(_id: number): Promise<User> {
    return { id: 0, name: '' };
  }
}
