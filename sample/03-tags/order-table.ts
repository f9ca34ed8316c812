export interface Order {
  readonly id: string;
  readonly tenant: number;
  /** In cents. */
  readonly sum: number;
}

/** A table in memory, which all processes share, and which counts what it is asked. */
export class OrderTable {
  queries = 0;
  private readonly rows = new Map<string, Order>();

  constructor(tenants: readonly number[], ordersOfEach: number) {
    for (const tenant of tenants) for (let n = 1; n <= ordersOfEach; n++) this.insert(tenant, 1_000 * n);
  }

  async find(id: string): Promise<Order | null> {
    this.queries++;
    return this.rows.get(id) ?? null;
  }

  async page(tenant: number, from: number, count: number): Promise<Order[]> {
    this.queries++;
    return this.of(tenant).slice(from, from + count);
  }

  async turnover(tenant: number): Promise<number> {
    this.queries++;
    return this.of(tenant).reduce((total, { sum }) => total + sum, 0);
  }

  insert(tenant: number, sum: number): Order {
    const order = { id: `${tenant}-${this.of(tenant).length + 1}`, tenant, sum };
    this.rows.set(order.id, order);
    return order;
  }

  update(order: Order): void {
    this.rows.set(order.id, order);
  }

  private of(tenant: number): Order[] {
    return [...this.rows.values()].filter((order) => order.tenant === tenant);
  }
}
