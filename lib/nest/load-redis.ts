import { CasMissingPeerError } from '../errors.js';

/** The Redis parts: what `nestjs-cascache/redis` exports. */
export type RedisParts = typeof import('../redis/index.js');

/**
 * Loads the Redis parts, and ioredis with them. Only here and only when a topology asks for them, so that an
 * application without Redis needs no ioredis.
 *
 * @throws CasMissingPeerError when ioredis is not installed
 */
export async function loadRedis(load = (): Promise<RedisParts> => import('../redis/index.js')): Promise<RedisParts> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissingIoredis(cause)) throw cause;
    throw new CasMissingPeerError(
      'ioredis',
      'CasCacheModule was given a topology or options for Redis, and ioredis is not installed: npm install ioredis',
      { cause },
    );
  }
}

/** Another module that is missing is a fault of the installation, and says so itself. */
function isMissingIoredis(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { code } = cause as { code?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && /['"]ioredis['"]/.test(cause.message);
}
