import { connect } from 'node:net';

import { openDoor } from './door.js';
import type { RedisServer } from './redis-server.mjs';

/** One address for several servers, as a virtual IP or a DNS name is. */
export interface Forwarder {
  readonly url: string;
  /** New connections go to this server. Those that there are stay where they are. */
  leadTo(server: RedisServer): void;
  close(): Promise<void>;
}

export async function forwardTo(first: RedisServer): Promise<Forwarder> {
  let { port } = first;
  const door = await openDoor((client) => {
    const behind = connect(port, '127.0.0.1');
    client.pipe(behind);
    behind.pipe(client);
    return behind;
  });
  return {
    url: door.url,
    leadTo: (server) => {
      port = server.port;
    },
    close: () => door.close(),
  };
}
