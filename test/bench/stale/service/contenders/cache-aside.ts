import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { ProductTable } from '../product-table.js';
import { PRODUCTS, TTL_MS } from '../products.js';
import type { Product, Products } from '../products.js';
import type { Wiring } from '../wiring.js';

/** As it is written everywhere: get, or load and set; delete after a write. */
class CacheAsideProducts implements Products, OnApplicationShutdown {
  constructor(
    private readonly table: ProductTable,
    private readonly redis: Redis,
  ) {}

  async find(id: number): Promise<Product> {
    const cached = await this.redis.get(`product:${id}`);
    if (cached !== null) return JSON.parse(cached) as Product;
    const product = await this.table.find(id);
    await this.redis.set(`product:${id}`, JSON.stringify(product), 'PX', TTL_MS);
    return product;
  }

  async reprice(id: number): Promise<number> {
    const version = await this.table.reprice(id);
    await this.redis.del(`product:${id}`);
    return version;
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

export function cacheAside(port: number): Wiring {
  const useFactory = (table: ProductTable): Products =>
    new CacheAsideProducts(table, new Redis({ host: '127.0.0.1', port }));
  return { imports: [], providers: [{ provide: PRODUCTS, inject: [ProductTable], useFactory }] };
}
