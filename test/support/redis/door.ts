import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A port on the way to a server. */
export interface Door {
  readonly port: number;
  readonly url: string;
  /** Ends every connection that there is. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Opens a port.
 *
 * @param lead opens the way behind it for a client, and says what of either side passes. `undefined`: the client is
 *   turned away. When either side ends, so does the other
 */
export async function openDoor(lead: (client: Socket) => Socket | undefined): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    client.on('error', () => undefined);
    const behind = lead(client);
    if (behind === undefined) {
      client.destroy();
      return;
    }
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
