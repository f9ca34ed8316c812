// One Postgres for all specs of a run. It starts when the first of them asks for it (shared-postgres.ts), so that a run
// without them does not wait for it: whoever connects is told where it is, as soon as it is there.
import { once } from 'node:events';
import { createServer } from 'node:net';

import { startPostgres } from './postgres-server.mjs';

/** Kept for the tear-down, which runs in this process. */
const running = [];

export default async function globalSetup() {
  const shared = { desk: undefined, starting: undefined };
  shared.desk = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    shared.starting ??= startPostgres();
    shared.starting.then(
      ({ url }) => socket.end(JSON.stringify({ url })),
      (error) => socket.end(JSON.stringify({ error: String(error.stack ?? error) })),
    );
  });
  shared.desk.listen(0, '127.0.0.1');
  await once(shared.desk, 'listening');
  process.env.CASCACHE_TEST_POSTGRES = String(shared.desk.address().port);
  running.push(shared);
}

export async function stopShared() {
  for (const { desk, starting } of running.splice(0)) {
    desk.close();
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  }
}
