import { Client } from 'pg';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import type { Contender } from './contenders.js';
import { now } from './load/clock.js';
import type { LoadPlan } from './load/schedule.js';
import type { Log } from './protocol.js';
import { ServiceProcess } from './service-process.js';

export const REPLICAS = 4;
/** Until every process has been told when to begin. */
const COUNTDOWN_US = 50_000;

/** One contender: four processes of the service, a Redis and a table of its own. At rest but for its turns. */
export class Entry {
  private readonly processes: ServiceProcess[] = [];

  private constructor(
    readonly contender: Contender,
    private readonly redis: RedisServer,
  ) {}

  /** @param onBegun told before anything can fail that leaves something running */
  static async start(
    contender: Contender,
    database: { readonly url: string; readonly rows: number },
    seed: number,
    onBegun: (entry: Entry) => void,
  ): Promise<Entry> {
    const table = `product_${contender.replace('-', '_')}`;
    await createTable(database.url, table, database.rows);
    const entry = new Entry(contender, await startRedis());
    onBegun(entry);
    const settings = { contender, table, rows: database.rows, databaseUrl: database.url, redisPort: entry.redis.port };
    for (let replica = 0; replica < REPLICAS; replica++) {
      entry.processes.push(new ServiceProcess({ ...settings, replica, seed }));
    }
    await Promise.all(entry.processes.map((process) => process.hear('ready')));
    await Promise.all(entry.processes.map((process) => process.ask({ op: 'warm' }, 'warm')));
    return entry;
  }

  /** Puts all its processes under the load. */
  async turn(plan: LoadPlan): Promise<Log[]> {
    const at = now() + COUNTDOWN_US;
    const replies = await Promise.all(this.processes.map((process) => process.ask({ op: 'run', plan, at }, 'done')));
    return replies.map(({ log }) => log);
  }

  /** Has its processes end by themselves. Answers those that did not do so in order. */
  async close(): Promise<string[]> {
    const ends = await Promise.all(this.processes.map((process) => process.close()));
    return ends.filter((end) => end !== 0).map((end) => `a process of ${this.contender} ended with ${end}`);
  }

  async stop(): Promise<void> {
    for (const process of this.processes) process.kill();
    await this.redis.stop('SIGKILL');
  }
}

async function createTable(connectionString: string, name: string, rows: number): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const columns = 'id int PRIMARY KEY, name text, description text, price int, version int NOT NULL';
    await client.query(`CREATE TABLE ${name} (${columns})`);
    const values = "id, 'product ' || id, repeat('It does what it says. ', 10), 100, 1";
    await client.query(`INSERT INTO ${name} SELECT ${values} FROM generate_series(1, $1) id`, [rows]);
    await client.query(`VACUUM ANALYZE ${name}`);
  } finally {
    await client.end();
  }
}
