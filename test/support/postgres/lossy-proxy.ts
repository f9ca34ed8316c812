import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands before a Postgres, and can keep an answer of it to itself. */
export interface LossyProxy {
  /** The URL, by way of the proxy. */
  readonly url: string;
  /** The next statement that begins so is carried out, and then the connection is cut instead of the answer. */
  loseAnswerTo(statement: string): void;
  close(): Promise<void>;
}

export async function lossyProxy(url: string): Promise<LossyProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let doomed: string | undefined;

  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    let losing = false;
    const cut = () => {
      client.destroy();
      behind.destroy();
    };
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    client.on('data', (data) => {
      // A simple query: its kind, its length, its text.
      if (doomed !== undefined && data.toString('latin1', 5).startsWith(doomed)) {
        losing = true;
        doomed = undefined;
      }
      behind.write(data);
    });
    behind.on('data', (data) => {
      // It has answered, so it has done it.
      if (losing) cut();
      else client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const detour = new URL(url);
  detour.port = String((server.address() as AddressInfo).port);

  return {
    url: detour.href,
    loseAnswerTo(statement) {
      doomed = statement;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
