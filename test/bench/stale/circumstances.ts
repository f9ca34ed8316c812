import { availableParallelism, loadavg } from 'node:os';
import { REPLICAS } from './entry.js';
import type { StaleOptions } from './options.js';
import { EXPONENT, LEAD_IN_MS, ROWS, TURN_MS, WRITES } from './plan.js';
import { DELAY } from './service/product-table.js';

/**
 * What the numbers are worth: when, where, and of what they are. The answer is called at the end: it tells the load of
 * the machine.
 */
export function circumstances({ seconds, rate, seed }: StaleOptions): () => string {
  const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
  const begun = load();
  const given = process.argv.slice(2).filter((arg) => arg !== '--write');
  const command = ['npm run bench:stale', ...(given.length === 0 ? [] : ['--', ...given])].join(' ');
  const slow = DELAY.medianMs * Math.exp(DELAY.sigma * 2.326);
  return () => `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} CPUs, load average ${begun} to ${load()}: \`${command}\`

- 4 processes of one Nest service for each contender, with a Redis of its own; one Postgres; all on this machine.
- ${rate.toLocaleString('en-US')} requests a second in all (${rate / REPLICAS} a process, open loop), ${100 * WRITES} % of them writes; ${ROWS.toLocaleString('en-US')} rows, zipf (s = ${EXPONENT}). ${seconds} s of each contender in turns of ${TURN_MS / 1e3} s (after ${LEAD_IN_MS / 1e3} s at the same load), one contender at a time, the same calls at the same moments for each (seed ${seed}). Every process has read every row several times before.
- A read of a row in Postgres is delayed between the query and its return: log-normal, median ${DELAY.medianMs} ms, 99 % under ${slow.toFixed(0)} ms, for every contender.
- Times are those of reads; ratios are medians over the turns, each beside the turn of cache-aside in the same round. A hit is a read that had the database asked for nothing.
- A stale read returned a version older than the newest whose write and invalidation had been acknowledged, in any process, before the read began.`;
}
