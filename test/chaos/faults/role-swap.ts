import { setTimeout as pause } from 'node:timers/promises';
import { replicate } from '../../support/redis/failover.js';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

/** What docs/failover.md promises: how long a process may believe a master that was demoted. */
const BELIEVED_MS = 1_000;

/**
 * Behind one address, master and replica change places while connections stay where they are. One replica of the
 * application writes; the others only read, so that no refused write tells them of the change.
 */
export const roleSwap = fault('endpoint', 'role-swap', async ({ arena, observer, random }) => {
  const [writer, ...readers] = random.shuffled([...observer.replicas.keys()]);
  for (const reader of readers) observer.onlyReading.add(reader);
  // What they had begun to write has ended, and the rows that the others write are cached.
  await pause(random.between(300, 600));
  const { master: old, replica: next } = arena;
  observer.excuseStale(Number.POSITIVE_INFINITY);
  await ask(next, (client) => client.call('replicaof', 'NO', 'ONE'));
  arena.swap();
  // Cut off from the new master, it never hears of what is invalidated there.
  await ask(old, (client) => client.call('replicaof', '127.0.0.1', 1));
  observer.excuseStale(BELIEVED_MS);
  const ms = BELIEVED_MS + random.between(1_000, 2_000);
  await pause(ms);
  await replicate(next, old);
  observer.onlyReading.clear();
  return { note: `for ${ms} ms; replica ${writer} wrote, the others only read` };
});
