import { Injectable } from '@nestjs/common';
import { CasCacheService, CasInvalidate } from 'nestjs-cascache';
import type { LoadContext } from 'nestjs-cascache';
import { Catalogue } from './catalogue.js';
import type { Product } from './catalogue.js';

@Injectable()
export class ProductPages {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly cache: CasCacheService<Product | null>,
  ) {}

  /** `null` for a product that does not exist; that is cached too. */
  page(id: string): Promise<Product | null> {
    return this.cache.getOrLoad(id, async (ctx) => {
      const product = await this.catalogue.find(id);
      if (product !== null) this.limit(ctx, [product]);
      return product;
    });
  }

  /** One read of the cache for all, and one query for those that are missing. */
  async listing(ids: readonly string[]): Promise<Product[]> {
    const found = await this.cache.getOrLoadMany(
      ids,
      async (missing, ctx) => {
        const products = await this.catalogue.findMany(missing);
        this.limit(ctx, products);
        return new Map<string, Product | null>(products.map((product) => [product.id, product]));
      },
      { missing: 'negative' },
    );
    return [...found.values()].filter((product) => product !== null);
  }

  // A price that was committed stays, also when Redis is down: the log says so, and the invalidation is tried again.
  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async reprice(id: string, price: number): Promise<void> {
    await this.catalogue.reprice(id, price);
  }

  /** What the rows say of their own lives. */
  private limit(ctx: LoadContext, products: readonly Product[]): void {
    for (const { id, draft } of products) if (draft === true) ctx.skip(id); // its editors want to see every change
    const ends = products.flatMap(({ offerEnds }) => offerEnds ?? []);
    if (ends.length > 0) ctx.ttl = Math.max(1, Math.min(...ends) - Date.now()); // not beyond the first offer that ends
  }
}
