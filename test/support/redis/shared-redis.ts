import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { RedisClusterOptions } from '../../../lib/redis/connection/redis-source.js';

interface Announced {
  readonly url?: string;
  readonly nodes?: readonly { host: string; port: number }[];
  readonly error?: string;
}

/** The URL of the Redis that all specs of a run share. Never flush it: use keys, or a prefix, of your own. */
export async function sharedRedis(): Promise<string> {
  return (await announced('standalone')).url as string;
}

/** The Cluster that all specs of a run share. */
export async function sharedCluster(): Promise<RedisClusterOptions> {
  return { nodes: (await announced('cluster')).nodes ?? [] };
}

/** A namespace that no other test has. */
export function freshNamespace(): string {
  return `t-${randomUUID()}`;
}

async function announced(name: 'standalone' | 'cluster'): Promise<Announced> {
  const dir = process.env['CASCACHE_TEST_REDIS'];
  if (dir === undefined) throw new Error('the shared Redis servers are not started for runs of test/unit alone');
  for (;;) {
    const text = await readFile(join(dir, `${name}.json`), 'utf8').catch(() => undefined);
    if (text === undefined) {
      await pause(20);
      continue;
    }
    const found = JSON.parse(text) as Announced;
    if (found.error !== undefined) throw new Error(`the shared Redis (${name}) did not start: ${found.error}`);
    return found;
  }
}
