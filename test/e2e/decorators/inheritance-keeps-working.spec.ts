import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached, CasInvalidate, casKey } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile } = applications();

const imports = (): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot(),
  CasCacheModule.forFeature('app'),
];

abstract class BaseRepository {
  abstract readonly table: string;
  reads = 0;

  @CasCached()
  async find(id: number): Promise<string> {
    this.reads++;
    return `${this.table}:${id}`;
  }

  @CasInvalidate({ of: 'find' })
  async remove(_id: number): Promise<void> {}
}

@Injectable()
class Users extends BaseRepository {
  readonly table = 'users';
}

@Injectable()
class Orders extends BaseRepository {
  readonly table = 'orders';
}

@Injectable()
class Customers extends BaseRepository {
  readonly table = 'customers';
  own = 0;

  @CasCached()
  override async find(id: number): Promise<string> {
    this.own++;
    return `<${await super.find(id)}>`;
  }
}

@Injectable()
class Guests extends BaseRepository {
  readonly table = 'guests';

  override async find(id: number): Promise<string> {
    return `<${await super.find(id)}>`;
  }
}

@Injectable()
class GrandUsers extends Users {
  override readonly table = 'users' as never;
}

describe('a method that is inherited', () => {
  it('from an abstract base is cached, with the instance as `this`', async () => {
    const app = await compile({ imports: imports(), providers: [Users] });
    const users = app.get(Users);
    expect([await users.find(1), await users.find(1)]).toEqual(['users:1', 'users:1']);
    expect(users.reads).toBe(1);
  });

  it('by two classes serves neither the values of the other', async () => {
    const app = await compile({ imports: imports(), providers: [Users, Orders] });
    expect(await app.get(Users).find(1)).toBe('users:1');
    expect(await app.get(Orders).find(1)).toBe('orders:1');
    expect(await app.get(Users).find(1)).toBe('users:1');
  });

  it('is invalidated by an inherited method, for its own class only', async () => {
    const app = await compile({ imports: imports(), providers: [Users, Orders] });
    const [users, orders] = [app.get(Users), app.get(Orders)];
    for (const repository of [users, orders]) await repository.find(1);
    await users.remove(1);
    for (const repository of [users, orders]) await repository.find(1);
    expect([users.reads, orders.reads]).toEqual([2, 1]);
  });

  it('has the default key that casKey answers for the class of the instance', async () => {
    const app = await compile({ imports: imports(), providers: [Users, GrandUsers] });
    const cache = app.get(CasCacheRegistry).get('app');
    await app.get(Users).find(1);
    await app.get(GrandUsers).find(1);
    expect(casKey(Users, 'find', 1)).toBe('Users:BaseRepository.find(1)');
    expect(await cache.get(casKey(Users, 'find', 1))).toBe('users:1');
    expect(await cache.get(casKey(GrandUsers, 'find', 1))).toBe('users:1');
  });
});

describe('an override', () => {
  it('that is cached and calls super has a key of its own, and so has what it calls', async () => {
    const app = await compile({ imports: imports(), providers: [Customers] });
    const customers = app.get(Customers);
    expect([await customers.find(1), await customers.find(1)]).toEqual(['<customers:1>', '<customers:1>']);
    expect([customers.own, customers.reads]).toEqual([1, 1]);
    const cache = app.get(CasCacheRegistry).get('app');
    expect(await cache.get('Customers.find(1)')).toBe('<customers:1>');
    expect(await cache.get('Customers:BaseRepository.find(1)')).toBe('customers:1');
  });

  it('that is cached and calls super is invalidated as a whole: no level serves its old value', async () => {
    const app = await compile({ imports: imports(), providers: [Customers] });
    const customers = app.get(Customers);
    await customers.find(1);
    await customers.remove(1);
    await customers.find(1);
    expect([customers.own, customers.reads]).toEqual([2, 2]);
  });

  it('without a decorator is not cached, and calls the cached super', async () => {
    const app = await compile({ imports: imports(), providers: [Guests] });
    const guests = app.get(Guests);
    expect([await guests.find(1), await guests.find(1)]).toEqual(['<guests:1>', '<guests:1>']);
    expect(guests.reads).toBe(1);
    await guests.remove(1);
    await guests.find(1);
    expect(guests.reads).toBe(2);
  });
});

describe('an heir in another module', () => {
  it('gets the cache of the module that provides it', async () => {
    const users = moduleOf({ imports: [CasCacheModule.forFeature('users')], providers: [Users] });
    const orders = moduleOf({ imports: [CasCacheModule.forFeature('orders')], providers: [Orders] });
    const app = await compile({ imports: [CasCacheModule.forRoot(), users, orders] });
    await app.get(Users, { strict: false }).find(1);
    await app.get(Orders, { strict: false }).find(1);
    const stats = app.get(CasCacheRegistry).stats();
    expect([stats['users']?.fills.stored, stats['orders']?.fills.stored]).toEqual([1, 1]);
  });
});

describe('a class decorator that puts a nameless class around the class', () => {
  it('leaves the default keys as they were', async () => {
    function wrapped<T extends new (...args: never[]) => object>(type: T): T {
      const around = class extends (type as new () => object) {};
      Object.defineProperty(around, 'name', { value: '' });
      return around as unknown as T;
    }
    @wrapped
    @Injectable()
    class Plain {
      @CasCached()
      async find(): Promise<number> {
        return 1;
      }
    }
    expect(casKey(Plain, 'find')).toBe('Plain.find()');
  });
});
