import type { DynamicModule } from '@nestjs/common';
import { ProductTable } from '../product-table.js';
import { PRODUCTS, TTL_MS } from '../products.js';
import type { Product, Products } from '../products.js';
import type { Wiring } from '../wiring.js';
import { peer } from './peer.js';

interface Cache {
  wrap<T>(key: string, load: () => Promise<T>): Promise<T>;
  del(key: string): Promise<boolean>;
}

interface NestCacheManager {
  CACHE_MANAGER: string;
  CacheModule: { register(options: { ttl: number; stores: unknown[] }): DynamicModule };
}

interface KeyvRedis {
  createKeyv: (url: string) => unknown;
}

/** `wrap` loads once for the callers of one process that ask at the same time. */
class CacheManagerProducts implements Products {
  constructor(
    private readonly table: ProductTable,
    private readonly cache: Cache,
  ) {}

  find(id: number): Promise<Product> {
    return this.cache.wrap(`product:${id}`, () => this.table.find(id));
  }

  async reprice(id: number): Promise<number> {
    const version = await this.table.reprice(id);
    await this.cache.del(`product:${id}`);
    return version;
  }
}

export async function cacheManager(port: number): Promise<Wiring> {
  const { CacheModule, CACHE_MANAGER } = await peer<NestCacheManager>('@nestjs/cache-manager');
  const { createKeyv } = await peer<KeyvRedis>('@keyv/redis');
  const useFactory = (table: ProductTable, cache: Cache): Products => new CacheManagerProducts(table, cache);
  return {
    imports: [CacheModule.register({ ttl: TTL_MS, stores: [createKeyv(`redis://127.0.0.1:${port}`)] })],
    providers: [{ provide: PRODUCTS, inject: [ProductTable, CACHE_MANAGER], useFactory }],
  };
}
