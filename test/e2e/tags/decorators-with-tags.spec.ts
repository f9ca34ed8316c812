import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  asCacheManager,
  CasCached,
  CasCachedMany,
  CasCacheModule,
  CasCacheRegistry,
  CasInvalidate,
  CasTagError,
} from 'nestjs-cascache';
import type { CasCacheNamespaceOptions } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

interface Order {
  readonly id: string;
  readonly sum: number;
}

@Injectable()
class Orders {
  reads = 0;
  private rows = new Map<string, Order>([
    ['1', { id: '1', sum: 10 }],
    ['2', { id: '2', sum: 20 }],
  ]);

  @CasCached({
    tags: (tenant: number) => [`tenant:${tenant}`],
    tagsFrom: (page: Order[]) => page.map(({ id }) => `order:${id}`),
  })
  async page(tenant: number, number: number): Promise<Order[]> {
    this.reads++;
    return number === 1 && tenant === 7 ? [...this.rows.values()] : [];
  }

  @CasCachedMany({
    keys: (ids: string[]) => ids,
    keyOf: (order: Order) => order.id,
    tags: () => 'rows',
    tagsFrom: (order: Order) => `order:${order.id}`,
  })
  async many(ids: string[]): Promise<Order[]> {
    this.reads++;
    return ids.flatMap((id) => this.rows.get(id) ?? []);
  }

  @CasInvalidate({ tags: (tenant: number) => [`tenant:${tenant}`] })
  async place(_tenant: number, order: Order): Promise<void> {
    this.rows.set(order.id, order);
  }

  @CasInvalidate({ tagsFrom: (order: Order) => [`order:${order.id}`] })
  async change(id: string, sum: number): Promise<Order> {
    const order = { id, sum };
    this.rows.set(id, order);
    return order;
  }

  @CasInvalidate({ key: () => 'no key', tags: async () => ['rows'] })
  async replaceAll(): Promise<void> {
    this.rows = new Map([['1', { id: '1', sum: 0 }]]);
  }
}

async function application(options: Partial<CasCacheNamespaceOptions> = {}) {
  const app = await compile({
    imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature({ namespace: 'orders', tags: true, ...options })],
    providers: [Orders],
  });
  return { orders: app.get(Orders), cache: app.get(CasCacheRegistry).get('orders') };
}

describe('decorated methods in a namespace with tags', () => {
  it('read anew what a tag that is known before has ended', async () => {
    const { orders } = await application();
    expect(await orders.page(7, 2)).toEqual([]);
    await orders.page(7, 2);
    await orders.page(8, 1);
    expect(orders.reads).toBe(2);
    await orders.place(7, { id: '3', sum: 30 });
    await orders.page(7, 2);
    await orders.page(8, 1);
    expect(orders.reads).toBe(3);
  });

  it('read anew what a tag has ended that follows from the result', async () => {
    const { orders } = await application();
    await orders.page(7, 1);
    await orders.change('2', 21);
    expect(await orders.page(7, 1)).toContainEqual({ id: '2', sum: 21 });
    await orders.change('9', 90);
    await orders.page(7, 1);
    expect(orders.reads).toBe(2);
  });

  it('read rows anew by the tags of each', async () => {
    const { orders } = await application();
    await orders.many(['1', '2']);
    await orders.change('2', 22);
    expect(await orders.many(['1', '2'])).toEqual([
      { id: '1', sum: 10 },
      { id: '2', sum: 22 },
    ]);
    expect(orders.reads).toBe(2);
    await orders.replaceAll();
    expect(await orders.many(['1', '2'])).toEqual([{ id: '1', sum: 0 }]);
  });

  it('do so in each partition', async () => {
    let tenant = 'a';
    const { orders, cache } = await application({ partition: () => tenant });
    await orders.page(7, 1);
    tenant = 'b';
    await orders.page(7, 1);
    await orders.change('1', 11);
    expect(await orders.page(7, 1)).toContainEqual({ id: '1', sum: 11 });
    tenant = 'a';
    expect(await orders.page(7, 1)).toContainEqual({ id: '1', sum: 10 });
    expect(orders.reads).toBe(3);
    await cache.in('a').invalidateTags('tenant:7');
    await orders.page(7, 1);
    expect(orders.reads).toBe(4);
  });
});

describe('bad tags', () => {
  it.each([
    ['no text', 7 as never, 'is a string'],
    ['empty', '', 'cannot be empty'],
    ['a lone surrogate', '\uD800', 'lone surrogate'],
    ['513 bytes', 'x'.repeat(513), 'at most 512 bytes'],
  ])('are refused: %s', async (_, tag, message) => {
    const { cache } = await application();
    for (const call of [
      () => cache.invalidateTags(tag),
      () => cache.getOrLoad('1', () => 1, { tags: tag }),
      () => cache.getOrLoad('1', (ctx) => ctx.tag(tag)),
    ]) {
      const calling = (async () => call())();
      await expect(calling).rejects.toBeInstanceOf(CasTagError);
      await expect(calling).rejects.toThrow(message);
    }
  });

  it('are refused where a value has more than 64', async () => {
    const { cache } = await application();
    const many = Array.from({ length: 65 }, (_, n) => `tag ${n}`);
    await expect(cache.getOrLoad('1', (ctx) => ctx.tag(...many))).rejects.toThrow('65 tags, and 64 are the most');
    await expect(cache.getOrLoad('1', () => 1, { tags: many })).rejects.toBeInstanceOf(CasTagError);
    await expect(cache.setWithGen('1', 1, await cache.observe('1'), { tags: many })).rejects.toBeInstanceOf(
      CasTagError,
    );
    // To invalidate as many is fine.
    await cache.invalidateTags(many);
  });

  it('are refused with the room that their partition takes', async () => {
    const { cache } = await application({ partition: () => 'p'.repeat(100) });
    await expect(cache.invalidateTags('x'.repeat(420))).rejects.toThrow('of which its partition takes 105');
  });
});

describe('a namespace with tags', () => {
  it('is what cache-manager stores into, too', async () => {
    const { cache } = await application();
    const manager = asCacheManager(cache);
    await manager.set('a', 1);
    await manager.mset([
      { key: 'b', value: 2 },
      { key: 'c', value: 3 },
    ]);
    expect(await manager.mget(['a', 'b', 'c'])).toEqual([1, 2, 3]);
    await manager.clear();
    expect(await manager.get('a')).toBeUndefined();
  });

  it('has no read lease beside it', async () => {
    const starting = application({ readLease: true });
    await expect(starting).rejects.toThrow('readLease of namespace "orders"');
  });
});
