// One Redis and one Cluster for all specs of a run that need no server of their own. They start while the first specs
// run; who needs them waits (shared-redis.ts).
import { mkdtemp, rm, writeFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCluster, startRedis } from './redis-server.mjs';

/** Kept for the tear-down, which runs in this process. */
const running = [];

export default async function globalSetup(config) {
  const patterns = config.testPathPatterns?.patterns ?? [];
  if (patterns.length > 0 && patterns.every((pattern) => pattern.includes('test/unit'))) return;
  const dir = await mkdtemp(join(tmpdir(), 'cascache-shared-'));
  process.env.CASCACHE_TEST_REDIS = dir;
  const start = async (name, starting) => {
    try {
      const server = await starting;
      await announce(dir, name, { url: server.url, nodes: server.nodes });
      return server;
    } catch (error) {
      await announce(dir, name, { error: String(error.stack ?? error) });
      return undefined;
    }
  };
  running.push({ dir, servers: [start('standalone', startRedis()), start('cluster', startCluster())] });
}

export async function stopShared() {
  for (const { dir, servers } of running.splice(0)) {
    await Promise.all(servers.map(async (server) => (await server)?.stop()));
    await rm(dir, { recursive: true, force: true });
  }
}

/** In one step, so that nobody reads half of it. */
async function announce(dir, name, content) {
  await writeFile(join(dir, `${name}.tmp`), JSON.stringify(content));
  await rename(join(dir, `${name}.tmp`), join(dir, `${name}.json`));
}
