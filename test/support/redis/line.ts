import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import type { RedisServer } from './redis-server.mjs';

/** The way from a process to its Redis, which a test can cut. */
export interface Line {
  readonly url: string;
  /** Ends every connection; none can be made until it is mended. */
  cut(): void;
  /** From now on what is sent arrives, and no reply comes back, until it was cut and mended. */
  loseReplies(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function lineTo(server: RedisServer): Promise<Line> {
  let state: 'whole' | 'deaf' | 'cut' = 'whole';
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    client.on('error', () => undefined);
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const behind = connect(server.port, '127.0.0.1');
    client.pipe(behind);
    behind.on('data', (bytes) => {
      if (state !== 'deaf') client.write(bytes);
    });
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
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const cut = (): void => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(door.address() as AddressInfo).port}`,
    cut,
    loseReplies: () => (state = 'deaf'),
    mend: () => (state = 'whole'),
    close: async () => {
      cut();
      door.close();
      await once(door, 'close');
    },
  };
}
