import { setTimeout as pause } from 'node:timers/promises';

export interface Product {
  readonly id: string;
  /** In cents. */
  readonly price: number;
  readonly stock: number;
  /** When the price changes by itself, in milliseconds since 1970. */
  readonly offerEnds?: number;
  /** An editor is still at work on it. */
  readonly draft?: boolean;
}

interface Offer {
  readonly price: number;
  readonly ends: number;
}

/** A database in memory, shared by all replicas, that takes a while and counts what it is asked. */
export class Catalogue {
  queries = 0;
  private readonly rows = new Map<string, Product>();
  private readonly offers = new Map<string, Offer>();

  constructor() {
    for (let n = 1; n <= 20; n++) this.save({ id: `p${n}`, price: 1_000 + 50 * n, stock: 10 * n });
    this.save({ id: 'lamp', price: 4_900, stock: 12 });
    this.save({ id: 'chair', price: 7_900, stock: 40 });
    this.save({ id: 'vase', price: 2_900, stock: 3 });
    this.save({ id: 'sofa', price: 99_000, stock: 0, draft: true });
  }

  async find(id: string): Promise<Product | null> {
    return (await this.findMany([id]))[0] ?? null;
  }

  /** Only those that exist. */
  async findMany(ids: readonly string[]): Promise<Product[]> {
    this.queries++;
    await pause(20);
    return ids.flatMap((id) => this.current(id) ?? []);
  }

  async reprice(id: string, price: number): Promise<void> {
    const product = this.rows.get(id);
    if (product !== undefined) this.save({ ...product, price });
  }

  /** The warehouse does this. It knows nothing of any cache. */
  takeFromStock(id: string, pieces: number): void {
    const product = this.rows.get(id);
    if (product !== undefined) this.save({ ...product, stock: product.stock - pieces });
  }

  /** @returns when it ends */
  offer(id: string, price: number, ms: number): number {
    const ends = Date.now() + ms;
    this.offers.set(id, { price, ends });
    return ends;
  }

  private save(product: Product): void {
    this.rows.set(product.id, product);
  }

  private current(id: string): Product | undefined {
    const product = this.rows.get(id);
    const offer = this.offers.get(id);
    if (product === undefined || offer === undefined || Date.now() >= offer.ends) return product;
    return { ...product, price: offer.price, offerEnds: offer.ends };
  }
}
