// Hands on bytes to a Redis and back, and each reply a fixed time later than it came. A process of its own: it waits
// without sleeping, because no timer is as exact as half a millisecond.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { answer, spec } from '../measure/job-side.mjs';

const { port, ms } = spec;
/** What is to be handed on, in the order in which it is due. */
const due = [];
let turning = false;

function turn() {
  const now = performance.now();
  while (due.length > 0 && due[0].at <= now) {
    const { to, bytes } = due.shift();
    to.write(bytes);
  }
  turning = due.length > 0;
  if (turning) setImmediate(turn);
}

function later(to, bytes) {
  due.push({ at: performance.now() + ms, to, bytes });
  if (turning) return;
  turning = true;
  setImmediate(turn);
}

const door = createServer({ noDelay: true }, (client) => {
  const server = connect({ host: '127.0.0.1', port, noDelay: true });
  client.on('data', (bytes) => server.write(bytes));
  server.on('data', (bytes) => later(client, bytes));
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ]) {
    socket.on('error', () => undefined);
    socket.on('close', () => other.destroy());
  }
});
door.listen(0, '127.0.0.1');
await answer(async () => {
  await once(door, 'listening');
  return door.address().port;
});
