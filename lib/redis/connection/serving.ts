import type { FailoverOptions } from './connection-options.js';
import { ReplicatedConnection } from './replicated-connection.js';
import { Server } from './server.js';
import type { Serve } from './servers.js';
import type { ServerOptions } from './session.js';

/** How the connections to servers are made: with one more, where replicas have to be waited for. */
export function serving(
  { waitReplicas: replicas, waitTimeout: timeoutMs }: FailoverOptions,
  options: Omit<ServerOptions, 'where'>,
): Serve {
  const { dialect, onReady } = options;
  return (redis, where) => {
    const replicated =
      replicas > 0
        ? new ReplicatedConnection(redis.duplicate(), { where, replicas, timeoutMs, dialect, onReady })
        : undefined;
    return new Server(redis, { ...options, where }, replicated);
  };
}
