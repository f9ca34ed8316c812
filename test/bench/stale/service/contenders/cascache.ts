import { Injectable } from '@nestjs/common';
import { CasCached, CasCacheModule, CasInvalidate } from 'nestjs-cascache';
import type { Ours } from '../../contenders.js';
import { ProductTable } from '../product-table.js';
import { PRODUCTS, TTL_MS } from '../products.js';
import type { Product, Products } from '../products.js';
import type { Wiring } from '../wiring.js';

/** As the README shows it. */
@Injectable()
class CascacheProducts implements Products {
  constructor(private readonly table: ProductTable) {}

  @CasCached({ key: (id: number) => String(id) })
  async find(id: number): Promise<Product> {
    return this.table.find(id);
  }

  @CasInvalidate({ key: (id: number) => String(id) })
  async reprice(id: number): Promise<number> {
    return this.table.reprice(id);
  }
}

export function cascache(topology: Ours, port: number): Wiring {
  return {
    imports: [
      CasCacheModule.forRoot({ topology, redis: { host: '127.0.0.1', port } }),
      CasCacheModule.forFeature({ namespace: 'product', ttl: TTL_MS }),
    ],
    providers: [{ provide: PRODUCTS, useClass: CascacheProducts }],
  };
}
