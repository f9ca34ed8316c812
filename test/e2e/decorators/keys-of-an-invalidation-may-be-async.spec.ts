import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached, CasInvalidate, CasKeyError } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

interface User {
  readonly id: string;
  readonly email: string;
}

@Injectable()
class Users {
  rows = new Map<string, User>([['1', { id: '1', email: 'old@example.org' }]]);
  writes = 0;

  @CasCached({ key: (id: string) => `id:${id}` })
  async find(id: string): Promise<User | null> {
    return this.rows.get(id) ?? null;
  }

  @CasCached({ key: (email: string) => `email:${email}` })
  async byEmail(email: string): Promise<User | null> {
    return [...this.rows.values()].find((user) => user.email === email) ?? null;
  }

  @CasInvalidate({
    async keys(this: Users, id: string, email: string) {
      return [`id:${id}`, `email:${(await this.find(id))?.email}`, `email:${email}`];
    },
  })
  async changeEmail(id: string, email: string): Promise<void> {
    this.writes++;
    this.rows.set(id, { id, email });
  }

  @CasInvalidate({ intent: true, key: async (id: string) => `id:${id}` })
  async underIntent(id: string, email: string): Promise<void> {
    this.writes++;
    this.rows.set(id, { id, email });
  }

  @CasInvalidate({ key: () => Promise.reject(new Error('no such user')) })
  async withoutKey(): Promise<void> {
    this.writes++;
  }

  @CasInvalidate({ key: async () => 1 as unknown as string, keys: () => Promise.reject(new Error('neither')) })
  async withWrongKeys(): Promise<void> {
    this.writes++;
  }

  @CasInvalidate({ key: async () => 1 as unknown as string })
  async withNumber(): Promise<void> {
    this.writes++;
  }
}

async function setUp() {
  const app = await compile({
    imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
    providers: [Users],
  });
  return { users: app.get(Users), cache: app.get(CasCacheRegistry).get<User>('user') };
}

describe('async `keys`', () => {
  it('invalidate an entity under its id, its old and its new e-mail address', async () => {
    const { users } = await setUp();
    await users.find('1');
    await users.byEmail('old@example.org');
    expect(await users.byEmail('new@example.org')).toBeNull();
    await users.changeEmail('1', 'new@example.org');
    expect((await users.find('1'))?.email).toBe('new@example.org');
    expect(await users.byEmail('old@example.org')).toBeNull();
    expect(await users.byEmail('new@example.org')).toEqual({ id: '1', email: 'new@example.org' });
  });

  it('close their keys under an intent', async () => {
    const { users, cache } = await setUp();
    await users.find('1');
    await users.underIntent('1', 'new@example.org');
    expect(await cache.get('id:1')).toBeUndefined();
  });

  it('that fail are the error of the call, and the method does not run', async () => {
    const { users } = await setUp();
    await expect(users.withoutKey()).rejects.toThrow('no such user');
    await expect(users.withWrongKeys()).rejects.toBeInstanceOf(Error);
    expect(users.writes).toBe(0);
  });

  it('that answer no key are an error that names class, method and function', async () => {
    const { users } = await setUp();
    const error: unknown = await users.withNumber().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CasKeyError);
    expect((error as Error).message).toContain('Users.withNumber: key');
    expect(users.writes).toBe(0);
  });
});
