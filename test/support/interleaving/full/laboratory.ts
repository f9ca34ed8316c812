import { startRedis } from '../../redis/redis-server.mjs';
import type { RedisServer } from '../../redis/redis-server.mjs';
import { OURS_WITH_REDIS } from '../redis-library.js';
import type { RedisLibrary } from '../redis-library.js';
import { RealRedis } from '../topologies/real-redis.js';

/** The Redis of one process of the search, started when it is first needed. */
export class Laboratory {
  private server: Promise<RedisServer> | undefined;
  private ours: Promise<RealRedis> | undefined;

  redis(): Promise<RealRedis> {
    return (this.ours ??= this.connect(OURS_WITH_REDIS));
  }

  /** For a broken copy, for as long as `use` takes. */
  async with<T>(library: RedisLibrary, use: (real: RealRedis) => Promise<T>): Promise<T> {
    const real = await this.connect(library);
    try {
      return await use(real);
    } finally {
      await real.close();
    }
  }

  async close(): Promise<void> {
    await (await this.ours)?.close();
    await (await this.server)?.stop();
  }

  private async connect(library: RedisLibrary): Promise<RealRedis> {
    this.server ??= startRedis();
    return RealRedis.connect(library, (await this.server).url);
  }
}
