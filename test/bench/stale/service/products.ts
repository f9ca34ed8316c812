export interface Product {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  /** Counts the writes of the row. */
  readonly version: number;
}

/** The one service of the application. Each contender is one way of writing it. */
export interface Products {
  find(id: number): Promise<Product>;
  /** Changes the row and tells the cache. Answers its new version. */
  reprice(id: number): Promise<number>;
}

/** The injection token of {@link Products}. */
export const PRODUCTS = 'PRODUCTS';

/** What every contender gives its entries, in milliseconds: longer than a run. */
export const TTL_MS = 600_000;
