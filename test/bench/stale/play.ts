import { Client } from 'pg';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { Contender } from './contenders.js';
import { now } from './load/clock.js';
import type { LoadPlan } from './load/schedule.js';
import type { Log } from './protocol.js';
import { ServiceProcess } from './service-process.js';

export const REPLICAS = 4;
/** Until every process has been told when to begin. */
const COUNTDOWN_US = 100_000;

/** Puts the service, with one contender, under the load of the plan: a fresh table, a fresh Redis, fresh processes. */
export async function play(
  contender: Contender,
  plan: LoadPlan,
  databaseUrl: string,
  onEnd: (stop: () => Promise<void>) => () => void,
): Promise<Log[]> {
  await freshTable(databaseUrl, plan.rows);
  const redis = await startRedis();
  const processes: ServiceProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of processes) process.kill();
    await redis.stop('SIGKILL');
  };
  const stopped = onEnd(stop);
  try {
    for (let replica = 0; replica < REPLICAS; replica++) {
      processes.push(new ServiceProcess({ contender, replica, databaseUrl, redisPort: redis.port, plan }));
    }
    await Promise.all(processes.map((process) => process.hear('ready')));
    await Promise.all(processes.map((process) => process.ask({ op: 'warm' }, 'warm')));
    const at = now() + COUNTDOWN_US;
    const replies = await Promise.all(processes.map((process) => process.ask({ op: 'run', at }, 'done')));
    await Promise.all(processes.map((process) => process.close()));
    return replies.map(({ log }) => log);
  } finally {
    await stop();
    stopped();
  }
}

async function freshTable(connectionString: string, rows: number): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('DROP TABLE IF EXISTS product');
    await client.query(
      'CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, description text NOT NULL, price int NOT NULL, version int NOT NULL)',
    );
    await client.query(
      "INSERT INTO product SELECT id, 'product ' || id, repeat('It does what it says. ', 10), 100, 1 FROM generate_series(1, $1) id",
      [rows],
    );
    await client.query('VACUUM ANALYZE product');
  } finally {
    await client.end();
  }
}
