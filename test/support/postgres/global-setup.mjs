// One Postgres for all specs of a run. It starts when the first of them asks for it (shared-postgres.ts), so that a run
// without them does not wait for it.
import { openDesk } from '../desk.mjs';
import { startPostgres } from './postgres-server.mjs';

/** Kept for the tear-down, which runs in this process. */
const running = [];

export default async function globalSetup() {
  const shared = { desk: undefined, server: undefined };
  shared.desk = await openDesk(async () => {
    shared.server = await startPostgres();
    return shared.server.url;
  });
  process.env.CASCACHE_TEST_POSTGRES = String(shared.desk.port);
  running.push(shared);
}

export async function stopShared() {
  for (const shared of running.splice(0)) {
    await shared.desk.close();
    await shared.server?.stop();
  }
}
