import { ProductTable } from '../product-table.js';
import { PRODUCTS } from '../products.js';
import type { Wiring } from '../wiring.js';

export function noCache(): Wiring {
  return { imports: [], providers: [{ provide: PRODUCTS, useExisting: ProductTable }] };
}
