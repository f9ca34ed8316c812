import type { Cluster, Redis } from 'ioredis';
import type { Call } from './call.js';
import type { Database } from './database-client.js';
import type { Row, Rows } from './rows.js';

const TTL_MS = 60_000;

/** The control, as it is written everywhere: get, or load and set; delete after a write. */
export class CacheAsideRepository implements Rows {
  constructor(
    private readonly database: Database,
    private readonly redis: Redis | Cluster,
  ) {}

  async find(row: string, call: Call): Promise<Row> {
    const cached = await this.redis.get(this.key(row)).catch(() => null);
    if (cached !== null) return JSON.parse(cached) as Row;
    const [version] = await call.source([row], () => this.database.find([row]));
    const value = { row, version: version as number };
    await this.redis.set(this.key(row), JSON.stringify(value), 'PX', TTL_MS).catch(() => null);
    return value;
  }

  findMany(rows: readonly string[], call: Call): Promise<readonly Row[]> {
    return Promise.all(rows.map((row) => this.find(row, call)));
  }

  async save(row: string): Promise<number> {
    const version = await this.database.save(row);
    await this.redis.del(this.key(row));
    return version;
  }

  private key(row: string): string {
    return `aside:${row}`;
  }
}
