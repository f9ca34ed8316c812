import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

/** The master crashes, and a replica is promoted that has lagged behind for a while. */
export const failover = fault('replicated', 'failover', async ({ arena, random }) => {
  const { master, other } = await arena.roles();
  const lag = random.between(300, 900);
  // It stays a replica, and hears nothing of its master any more.
  await ask(other, (client) => client.call('replicaof', '127.0.0.1', 1));
  await pause(lag);
  await master.down('SIGKILL');
  await arena.replaced(master);
  await pause(random.between(200, 800));
  await master.up();
  await arena.follow(master, other);
  return { note: `to a replica that lagged by ${lag} ms` };
});

/**
 * The master stops for so long that a replica is promoted, and goes on: it is a master still, by its own word, and
 * those who are connected to it know of no other.
 */
export const demoted = fault('replicated', 'demoted', async ({ arena, observer, random, startReplica }) => {
  const { master, other } = await arena.roles();
  process.kill(master.pid as number, 'SIGSTOP');
  await arena.replaced(master);
  process.kill(master.pid as number, 'SIGCONT');
  // A writer that asks Sentinel only now writes where the others do not read.
  const writer = random.pick([...observer.replicas.keys()]);
  await observer.kill(writer);
  await startReplica(writer);
  await pause(random.between(1_000, 2_000));
  await arena.follow(master, other);
  return { note: `replica ${writer} wrote to the new master, the others read from the old one` };
});
