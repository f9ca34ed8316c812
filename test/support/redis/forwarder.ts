import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

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
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    const behind = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  return {
    url: `redis://127.0.0.1:${(door.address() as AddressInfo).port}`,
    leadTo: (server) => {
      port = server.port;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      door.close();
      await once(door, 'close');
    },
  };
}
