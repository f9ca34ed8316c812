import { kindOf } from '../common/options/describe.js';
import { refuseForeignClient } from '../common/options/foreign-client.js';
import { redisAddress, refuseNodeRedisOptions } from '../common/options/redis-address.js';
import { CasConfigError } from '../errors.js';
import type { CasCacheModuleOptions } from './module-options.js';

const OWNER = 'redis of forRoot';

/**
 * Where Redis is, as far as it can be checked before anything is connected. `undefined` where there is none, or where
 * `topology: 'memory'` is given beside a variable that is not set.
 *
 * @throws CasConfigError; nothing of an address is in it
 */
export function redisOf(options: CasCacheModuleOptions): NonNullable<CasCacheModuleOptions['redis']> | undefined {
  if (!Object.hasOwn(options, 'redis')) return undefined;
  const redis: unknown = options.redis;
  if (isUnset(redis)) {
    if (options.topology === 'memory') return undefined;
    // On topology `memory` each replica would have generations of its own, in silence.
    throw new CasConfigError(
      `${OWNER} is there, and it is ${nameOfUnset(redis)}: is the variable set that it is read from? For a cache in this process alone give topology: 'memory', or leave \`redis\` out.`,
    );
  }
  if (typeof redis === 'string') redisAddress(redis, OWNER);
  else if (typeof redis !== 'object') {
    throw new CasConfigError(`${OWNER}: give an ioredis client, its options or a redis:// URL, not ${kindOf(redis)}.`);
  } else if (isPlain(redis)) refuseNodeRedisOptions(redis as object, OWNER);
  else refuseForeignClient(redis as object, OWNER);
  return options.redis;
}

/** What remains of options whose variables are not set. */
function isUnset(redis: unknown): boolean {
  if (redis === undefined || redis === null) return true;
  if (typeof redis === 'string') return redis.trim() === '';
  return isPlain(redis) && Object.values(redis as object).every((value) => value === undefined);
}

function nameOfUnset(redis: unknown): string {
  if (typeof redis === 'string') return 'an empty text';
  return typeof redis === 'object' && redis !== null ? 'an object without a single option' : String(redis);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
