import type { OnApplicationShutdown } from '@nestjs/common';
import { ProductTable } from '../product-table.js';
import { PRODUCTS, TTL_MS } from '../products.js';
import type { Product, Products } from '../products.js';
import type { Wiring } from '../wiring.js';
import { peer } from './peer.js';

interface Bento {
  getOrSet<T>(options: { key: string; ttl: number; factory: () => Promise<T> }): Promise<T>;
  delete(options: { key: string }): Promise<boolean>;
  disconnectAll(): Promise<void>;
}

interface Store {
  useL1Layer(layer: unknown): Store;
  useL2Layer(layer: unknown): Store;
  useBus(bus: unknown): Store;
}

interface BentocachePackage {
  BentoCache: new (options: { default: string; stores: Record<string, Store> }) => Bento;
  bentostore: () => Store;
}

type Driver = (options: Record<string, unknown>) => unknown;

class BentocacheProducts implements Products, OnApplicationShutdown {
  constructor(
    private readonly table: ProductTable,
    private readonly cache: Bento,
  ) {}

  find(id: number): Promise<Product> {
    return this.cache.getOrSet({ key: `product:${id}`, ttl: TTL_MS, factory: () => this.table.find(id) });
  }

  async reprice(id: number): Promise<number> {
    const version = await this.table.reprice(id);
    await this.cache.delete({ key: `product:${id}` });
    return version;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cache.disconnectAll();
  }
}

/** Values in process over values in Redis; the bus tells the other processes what was deleted. */
export async function bentocache(port: number): Promise<Wiring> {
  const { BentoCache, bentostore } = await peer<BentocachePackage>('bentocache');
  const { memoryDriver } = await peer<{ memoryDriver: Driver }>('bentocache/drivers/memory');
  const { redisDriver, redisBusDriver } = await peer<{ redisDriver: Driver; redisBusDriver: Driver }>(
    'bentocache/drivers/redis',
  );
  const connection = { host: '127.0.0.1', port };
  const useFactory = (table: ProductTable): Products => {
    const store = bentostore()
      .useL1Layer(memoryDriver({ maxItems: 10_000 }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }));
    return new BentocacheProducts(table, new BentoCache({ default: 'products', stores: { products: store } }));
  };
  return { imports: [], providers: [{ provide: PRODUCTS, inject: [ProductTable], useFactory }] };
}
