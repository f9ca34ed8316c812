import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { getCasCacheToken } from 'nestjs-cascache';
import type { CasCacheService, CasHooks } from 'nestjs-cascache';
import { AppModule } from './app.module.js';
import type { Catalogue, Product } from './catalogue.js';
import { CountingCodec } from './counting-codec.js';
import { ProductPages } from './product-pages.js';
import type { Redis } from './redis.js';

/** Lets a story wait until a value that is loaded in the background has been stored. */
class Fills implements CasHooks {
  readonly events = ['fill'] as const;
  private readonly waiting: (() => void)[] = [];

  onEvent(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** A replica of the service, and counters that tell where its answers came from. */
export class Replica {
  private constructor(
    readonly name: string,
    readonly fills: Fills,
    private readonly app: INestApplicationContext,
    private readonly catalogue: Catalogue,
    private readonly codec: CountingCodec,
  ) {}

  static async start(name: string, catalogue: Catalogue, redis: Redis | undefined): Promise<Replica> {
    const [codec, hooks] = [new CountingCodec(), new Fills()];
    const module = AppModule.replica({ catalogue, codec, hooks, redis: redis?.where });
    const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
    return new Replica(name, hooks, app, catalogue, codec);
  }

  get pages(): ProductPages {
    return this.app.get(ProductPages);
  }

  /** Prints what visitors of this replica see, and by the counters, where it came from. */
  async view<T>(visit: () => Promise<T>, describe: (seen: T) => string): Promise<void> {
    const before = this.counts();
    const seen = await visit();
    const after = this.counts();
    const change = (name: keyof typeof before): number => after[name] - before[name];
    const parts = [
      count(change('hits') - change('fromRedis'), 'from this process'),
      count(change('fromRedis'), 'from Redis'),
      count(change('shared'), 'shared a load'),
      count(change('stale'), 'past the soft ttl'),
      count(change('queries'), change('queries') === 1 ? 'query' : 'queries'),
    ];
    console.log(`  ${this.name}  ${describe(seen).padEnd(44)} ${parts.filter(Boolean).join(', ')}`);
  }

  viewPage(id: string): Promise<void> {
    return this.view(() => this.pages.page(id), describePage);
  }

  /** Empties the cache, for all replicas. */
  async clear(): Promise<void> {
    try {
      await this.cache.clear();
    } catch (error) {
      console.log(`The cache could not be cleared: ${String(error)}`);
    }
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private get cache(): CasCacheService<Product | null> {
    return this.app.get(getCasCacheToken('product'));
  }

  private counts(): Record<'hits' | 'fromRedis' | 'shared' | 'stale' | 'queries', number> {
    const { hits, loads, stale } = this.cache.stats();
    return {
      hits,
      fromRedis: this.codec.fromRedis,
      shared: loads.shared,
      stale: stale.refreshing,
      queries: this.catalogue.queries,
    };
  }
}

export function describePage(product: Product | null | undefined): string {
  if (!product) return 'no such product';
  return `${product.id}: ${(product.price / 100).toFixed(2)}, ${product.stock} in stock`;
}

function count(n: number, what: string): string {
  return n === 0 ? '' : `${n} ${what}`;
}
