import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands before a Postgres, and can keep an answer of it to itself. */
export interface LossyProxy {
  /** The URL, by way of the proxy. */
  readonly url: string;
  /**
   * The next statement that begins so, in whatever case, is carried out, and then the connection is cut instead of the
   * answer.
   */
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
      if (doomed !== undefined && isStatement(data, doomed)) {
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

/**
 * A simple query has its kind, its length and its text; one that is to be prepared has a name before that, if only ''.
 */
function isStatement(message: Buffer, beginning: string): boolean {
  const text = message.toString('latin1', message[0] === 0x50 ? 6 : 5);
  return text.toUpperCase().startsWith(beginning);
}
