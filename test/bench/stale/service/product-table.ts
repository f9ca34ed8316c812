import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import type { Random } from '../../../chaos/random.js';
import type { Product } from './products.js';

/** Few, because the processes of all contenders are connected at the same time. */
const SESSIONS = 3;
/**
 * Of the delay of a read: the half of them are quicker than the median; one in a hundred takes over six times as long.
 */
export const DELAY = { medianMs: 3, sigma: 0.8 } as const;

/** The rows in Postgres, as every contender reads and writes them. */
@Injectable()
export class ProductTable implements OnApplicationShutdown {
  /** Rows that were read. */
  selects = 0;
  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly name: string,
    private readonly random: Random,
  ) {
    this.pool = new Pool({ connectionString: url, max: SESSIONS, idleTimeoutMillis: 0 });
  }

  /** The row as it is now, told a little later: the way of an answer through a network and a busy application. */
  async find(id: number): Promise<Product> {
    this.selects++;
    const { rows } = await this.pool.query<Product>({
      name: 'find',
      text: `SELECT id, name, description, price, version FROM ${this.name} WHERE id = $1`,
      values: [id],
    });
    await pause(this.delay());
    return rows[0] as Product;
  }

  async reprice(id: number): Promise<number> {
    const { rows } = await this.pool.query<{ version: number }>({
      name: 'reprice',
      text: `UPDATE ${this.name} SET price = price + 1, version = version + 1 WHERE id = $1 RETURNING version`,
      values: [id],
    });
    return (rows[0] as { version: number }).version;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** Log-normal, as latencies are. */
  private delay(): number {
    const [u, v] = [1 - this.random.next(), this.random.next()];
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    return DELAY.medianMs * Math.exp(DELAY.sigma * normal);
  }
}
