// What is made once for all specs of a run, when the first of them asks for it, in the process that jest was started
// in.
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Tells each process that connects to its port what was made, as JSON.
 *
 * @param make answers what to tell
 */
export async function openDesk(make) {
  let making;
  const desk = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    making ??= make();
    making.then(
      (made) => socket.end(JSON.stringify({ made })),
      (error) => socket.end(JSON.stringify({ error: String(error.stack ?? error) })),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  return {
    port: desk.address().port,
    /** Resolves when nothing is being made any more. */
    async close() {
      desk.close();
      await making?.catch(() => undefined);
    },
  };
}
