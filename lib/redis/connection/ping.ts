import { now, SYSTEM_TIMERS } from '../../common/timers.js';
import type { TimerHandle } from '../../common/timers.js';
import type { ServerPing } from '../../contracts/server-ping.js';
import { asError } from '../../common/attempt.js';
import { DirectCommands } from '../scripts/direct-commands.js';
import { timeMs } from '../scripts/server-commands.js';
import type { RedisConnection } from './redis-connection.js';
import type { Server } from './server.js';

const LATE = Symbol('late');

/**
 * Asks each server of the connection for its time, whether it is trusted or not: that costs no key, and no right that
 * the cache does not need anyway. Resolves within `ms`, and never rejects.
 */
export async function pingServers(connection: RedisConnection, ms: number): Promise<readonly ServerPing[]> {
  const begun = now();
  await within(ms, connection.connect());
  const servers = connection.nodes.all();
  // Those of a Cluster are known once one of them has answered.
  if (servers.length === 0) {
    return [{ server: connection.where, ok: false, state: 'unreachable', latencyMs: undefined }];
  }
  const left = Math.max(1, ms - (now() - begun));
  return Promise.all(servers.map((server) => pingOf(server, left)));
}

async function pingOf(server: Server, ms: number): Promise<ServerPing> {
  const { where, state, reason } = server.state;
  const known = { server: where, state, ...(reason !== undefined && { reason }) };
  if (server.redis.status !== 'ready') return { ...known, ok: false, latencyMs: undefined };
  const begun = now();
  const answer = await within(ms, timeMs(new DirectCommands(server.redis)).catch(asError));
  const latencyMs = now() - begun;
  if (answer === LATE) {
    return { ...known, ok: false, latencyMs: undefined, reason: `no answer within ${Math.round(ms)} ms` };
  }
  if (answer instanceof Error) return { ...known, ok: false, latencyMs, reason: answer.message };
  return { ...known, ok: state === 'trusted', latencyMs };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  let timer: TimerHandle | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = SYSTEM_TIMERS.set(() => resolve(LATE), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.close?.();
  }
}
