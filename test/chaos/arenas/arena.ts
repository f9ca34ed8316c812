import type { LabOptions } from '../options.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { ClusterArena } from './cluster.js';
import { EndpointArena } from './endpoint.js';
import { moduleOptions } from './module-options.js';
import { ReplicatedArena } from './replicated.js';
import { StandaloneArena } from './standalone.js';

export type Arena = StandaloneArena | ReplicatedArena | EndpointArena | ClusterArena;
export type ArenaName = Arena['name'];

/** Starts the Redis servers that one kind of fault needs. Whoever starts them stops them. */
export async function startArena(name: ArenaName, options: LabOptions): Promise<Arena> {
  switch (name) {
    case 'standalone':
      return new StandaloneArena(await startRedis(), moduleOptions(options));
    case 'replicated':
      return ReplicatedArena.start(options);
    case 'endpoint':
      return EndpointArena.start(moduleOptions(options));
    case 'cluster':
      return ClusterArena.start(moduleOptions(options));
    default:
      return name satisfies never;
  }
}

export type { RedisServer };
