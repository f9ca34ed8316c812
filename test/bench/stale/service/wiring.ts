import type { ModuleMetadata, Provider } from '@nestjs/common';
import type { Contender, Ours } from '../contenders.js';
import { isOurs } from '../contenders.js';
import { bentocache } from './contenders/bentocache.js';
import { cacheAside } from './contenders/cache-aside.js';
import { cacheManager } from './contenders/cache-manager.js';
import { cascache } from './contenders/cascache.js';
import { noCache } from './contenders/no-cache.js';

/** What a contender adds to the application: the modules that it needs, and the provider of PRODUCTS. */
export interface Wiring {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly providers: readonly Provider[];
}

const OTHERS: Readonly<Record<Exclude<Contender, Ours>, (redisPort: number) => Wiring | Promise<Wiring>>> = {
  none: noCache,
  'cache-aside': cacheAside,
  'cache-manager': cacheManager,
  bentocache,
};

export async function wire(contender: Contender, redisPort: number): Promise<Wiring> {
  return isOurs(contender) ? cascache(contender, redisPort) : OTHERS[contender](redisPort);
}
