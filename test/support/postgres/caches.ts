import { Redis } from 'ioredis';

import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { Embedded } from '../core/embedded.js';
import { RecordedEvents } from '../core/recorded-events.js';
import { TextCodec } from '../core/text-codec.js';
import { redisParts } from '../redis/redis-parts.js';
import { freshNamespace, sharedRedis } from '../redis/shared-redis.js';

/** The cache of the process that writes, and that of another reader, in another process where there can be one. */
export interface Caches {
  readonly writer: CasCacheService<string>;
  readonly reader: CasCacheService<string>;
  /** Of the writer's cache. */
  readonly events: RecordedEvents;
  close(): Promise<void>;
}

export type OpenCaches = () => Promise<Caches>;

const inMemory: OpenCaches = async () => {
  const { cache, events } = new Embedded<string>();
  return { writer: cache, reader: cache, events, close: () => cache.close() };
};

const onRedis: OpenCaches = async () => {
  const namespace = freshNamespace();
  const replica = async (events: RecordedEvents) => {
    const stores = await redisParts(new Redis(await sharedRedis()));
    const { provider, generations } = stores;
    const parts = { provider, generations, codec: new TextCodec(), hooks: [events] };
    // Nothing here is about slow stores, but the machine may be busy.
    const options = resolveNamespaceOptions({ namespace, timeout: '10s' });
    return { cache: new CasCacheService<string>(options, parts), stores };
  };
  const events = new RecordedEvents();
  const [one, other] = await Promise.all([replica(events), replica(new RecordedEvents())]);
  return {
    writer: one.cache,
    reader: other.cache,
    events,
    async close() {
      await Promise.all([one, other].map(({ cache }) => cache.close()));
      await Promise.all([one, other].map(({ stores }) => stores.close()));
    },
  };
};

export const STORES: readonly (readonly [string, OpenCaches])[] = [
  ['memory', inMemory],
  ['Redis', onRedis],
];
