import { Injectable } from '@nestjs/common';
import { CasCached, CasInvalidate } from 'nestjs-cascache';
import { OrderTable } from './order-table.js';
import type { Order } from './order-table.js';

const PAGE = 10;

/** Which orders a tenant has: what every list of them is made of. */
const listOf = (tenant: number): string => `list:${tenant}`;
/** What the orders of a tenant are worth: what every sum over them is made of. */
const sumsOf = (tenant: number): string => `sums:${tenant}`;
/** One row: what every page is made of that shows it. */
const orderTag = (id: string): string => `order:${id}`;

/** Readers say what their answer is made of, writers what they have changed. Neither knows the keys of the other. */
@Injectable()
export class Orders {
  constructor(private readonly table: OrderTable) {}

  @CasCached({ tags: (id: string) => orderTag(id) })
  async find(id: string): Promise<Order | null> {
    return this.table.find(id);
  }

  // The tenant is known before the page is loaded; which orders stand on it, only after that.
  @CasCached({
    tags: (tenant: number) => listOf(tenant),
    tagsFrom: (page: Order[]) => page.map(({ id }) => orderTag(id)),
  })
  async page(tenant: number, number: number): Promise<Order[]> {
    return this.table.page(tenant, PAGE * (number - 1), PAGE);
  }

  @CasCached({ tags: (tenant: number) => [listOf(tenant), sumsOf(tenant)] })
  async turnover(tenant: number): Promise<number> {
    return this.table.turnover(tenant);
  }

  /** A new order is on no page yet, and moves what is: all lists of the tenant end, however many pages they have. */
  @CasInvalidate({ tags: (tenant: number) => listOf(tenant) })
  async place(tenant: number, sum: number): Promise<Order> {
    return this.table.insert(tenant, sum);
  }

  /** One that changes its sum concerns itself, the pages that show it, and the sums over it. Other pages stay. */
  @CasInvalidate({ tags: ({ id, tenant }: Order) => [orderTag(id), sumsOf(tenant)] })
  async change(order: Order): Promise<void> {
    this.table.update(order);
  }
}
