import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached, CasCachedMany } from 'nestjs-cascache';
import type { CacheEvent, CasCacheService } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications } from '../../support/nest/applications.js';
import { until } from '../../support/redis/until.js';

const { compile } = applications();

interface Order {
  readonly id: number;
  readonly user: number | string;
}

const order = (id: number, user: number | string): Order => ({ id, user });

/** Users may have several orders, so an order's user is no key of it. */
@Injectable()
class Orders {
  readonly calls: number[][] = [];
  answer: readonly (Order | null | undefined)[] = [];
  gate: Deferred | undefined;
  found: Order | undefined;

  @CasCachedMany({ keys: (ids: number[]) => ids.map(String), keyOf: (row: Order) => String(row.user), fresh: '1h' })
  async ofUsers(users: number[]): Promise<Order[]> {
    return this.run(users);
  }

  @CasCachedMany({
    keys: (ids: number[]) => ids.map(String),
    keyOf: (row: Order) => String(row.user),
    missing: 'negative',
  })
  async orNone(users: number[]): Promise<Order[]> {
    return this.run(users);
  }

  @CasCachedMany({
    keys: (ids: number[]) => ids.map(String),
    keyOf: (row: Order) => String(row.user),
    fresh: 1,
    softTimeout: '10s',
  })
  async renewed(users: number[]): Promise<Order[]> {
    return this.run(users);
  }

  @CasCached({ key: String as (user: number) => string })
  async ofUser(user: number): Promise<Order | null> {
    this.calls.push([user]);
    return this.found ?? null;
  }

  private async run(users: number[]): Promise<Order[]> {
    this.calls.push(users);
    await this.gate?.promise;
    return this.answer as Order[];
  }
}

async function application(): Promise<{ orders: Orders; cache: CasCacheService; warnings: CacheEvent[] }> {
  const warnings: CacheEvent[] = [];
  const hooks = { events: ['warning'] as const, onEvent: (event: CacheEvent) => warnings.push(event) };
  const app = await compile({
    imports: [CasCacheModule.forRoot({ logger: false, hooks }), CasCacheModule.forFeature('orders')],
    providers: [Orders],
  });
  return { orders: app.get(Orders), cache: app.get(CasCacheRegistry).get('orders'), warnings };
}

describe.each([
  ['two rows with one key', [order(1, 7), order(2, 7), order(3, 8)]],
  ['a row whose key was not asked for', [order(1, 7), order(2, 'user:8')]],
  ['a row that is null or undefined', [order(1, 7), null]],
  ['a row that is null or undefined', [undefined, order(1, 8)]],
])('%s', (why, rows) => {
  it.each(['ofUsers', 'orNone'] as const)('leaves all rows as the method gave them, uncached (%s)', async (name) => {
    const { orders, cache } = await application();
    orders.answer = rows;
    for (const _ of [1, 2]) expect(await orders[name]([7, 8])).toEqual(rows);
    expect(orders.calls).toEqual([
      [7, 8],
      [7, 8],
    ]);
    expect((await cache.getBulk(['7', '8'])).values.size).toBe(0);
    expect(cache.stats().fills.stored).toBe(0);
  });

  it('is a warning, once, that names the method and what to change', async () => {
    const { orders, warnings } = await application();
    orders.answer = rows;
    for (const _ of [1, 2]) await orders.ofUsers([7, 8]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ namespace: 'orders' });
    const { message } = warnings[0] as { message: string };
    expect(message).toContain(
      `Orders.ofUsers (namespace "orders") returned ${why}, so its rows are returned as they are`,
    );
    expect(message).toContain('keyOf the key that `keys` answers');
  });
});

describe('rows that cannot be told apart', () => {
  it('come behind those that were cached', async () => {
    const { orders } = await application();
    orders.answer = [order(9, 9)];
    await orders.ofUsers([9]);
    orders.answer = [order(1, 7), order(2, 7)];
    expect(await orders.ofUsers([7, 9])).toEqual([order(9, 9), order(1, 7), order(2, 7)]);
    expect(orders.calls).toEqual([[9], [7]]);
  });

  it.each(['ofUsers', 'orNone'] as const)('reach a call that joined their load, too (%s)', async (name) => {
    const { orders, cache } = await application();
    orders.gate = new Deferred();
    orders.answer = [order(1, 7), order(2, 7)];
    const first = orders[name]([7]);
    await until(() => orders.calls.length === 1, 'the first call loads');
    const second = orders[name]([7]);
    await until(() => cache.stats().loads.shared === 1, 'the second call joins');
    orders.gate.resolve();
    expect(await Promise.all([first, second])).toEqual([orders.answer, orders.answer]);
  });

  it('are nothing to a call for one key that joined their load: it runs its own method', async () => {
    const { orders, cache } = await application();
    orders.gate = new Deferred();
    orders.answer = [order(1, 7), order(2, 7)];
    orders.found = order(3, 7);
    const many = orders.orNone([7]);
    await until(() => orders.calls.length === 1, 'the first call loads');
    const one = orders.ofUser(7);
    await until(() => cache.stats().loads.shared === 1, 'the second call joins');
    orders.gate.resolve();
    expect(await one).toEqual(order(3, 7));
    expect(await many).toEqual(orders.answer);
  });

  it('are dropped where they were to renew a row: the one that is still current is served', async () => {
    const { orders, cache } = await application();
    orders.answer = [order(1, 7)];
    await orders.renewed([7]);
    const stored = Date.now();
    await until(() => Date.now() > stored + 2, 'the row is past its soft ttl');
    orders.answer = [order(1, 7), order(2, 7)];
    expect(await orders.renewed([7])).toEqual([order(1, 7)]);
    expect(orders.calls).toEqual([[7], [7]]);
    expect(await cache.get('7')).toEqual(order(1, 7));
  });

  it('do not keep later rows from being cached', async () => {
    const { orders } = await application();
    orders.answer = [order(1, 7), order(2, 7)];
    await orders.ofUsers([7]);
    orders.answer = [order(1, 7)];
    await orders.ofUsers([7]);
    expect(await orders.ofUsers([7])).toEqual([order(1, 7)]);
    expect(orders.calls).toHaveLength(2);
  });
});
