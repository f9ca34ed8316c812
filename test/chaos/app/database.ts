// The one database of all replicas: rows of a version. A process of its own, so that its latency is nobody else's.
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Random } from '../random.js';
import { splitLines } from './lines.js';

export type DatabaseRequest =
  | { readonly id: number; readonly find: readonly string[] }
  | { readonly id: number; readonly save: string; readonly by: number };

export interface DatabaseReply {
  readonly id: number;
  readonly versions: readonly number[];
}

/** Told to the observer at the moment of the commit, before the writer knows of it. */
export interface Commit {
  readonly row: string;
  readonly version: number;
  readonly by: number;
}

const random = new Random(Number(process.argv[2]));
const versions = new Map<string, number>();

/** Most answers are quick. Some are on their way for long: those are the ones that find the world changed. */
function latency(): number {
  return random.chance(0.08) ? random.between(10, 40) : random.between(1, 3);
}

function answer(request: DatabaseRequest, socket: Socket): void {
  const found = 'find' in request ? request.find.map((row) => versions.get(row) ?? 0) : [commit(request)];
  const reply: DatabaseReply = { id: request.id, versions: found };
  setTimeout(() => socket.writable && socket.write(`${JSON.stringify(reply)}\n`), latency());
}

function commit({ save: row, by }: Extract<DatabaseRequest, { save: string }>): number {
  const version = (versions.get(row) ?? 0) + 1;
  versions.set(row, version);
  process.send?.({ row, version, by } satisfies Commit);
  return version;
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  // A replica that is killed resets its connection.
  socket.on('error', () => socket.destroy());
  splitLines(socket, (line) => answer(JSON.parse(line) as DatabaseRequest, socket));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
