import { CasConfigError } from '../../errors.js';

/**
 * Refuses the clients of other libraries that are often given in place of one of ioredis, by their names.
 *
 * @throws CasConfigError that says what to give
 */
export function refuseForeignClient(source: object, owner: string): void {
  const { status, isOpen, sendCommand } = source as Partial<Record<'status' | 'isOpen' | 'sendCommand', unknown>>;
  if (typeof status !== 'string' && typeof isOpen === 'boolean' && typeof sendCommand === 'function') {
    throw new CasConfigError(
      `${owner} is a client of node-redis, and this package needs one of ioredis: give its URL or options instead, as in redis: 'redis://…'.`,
    );
  }
  if (/^(?:Redis|Cluster)Mock$/.test(source.constructor?.name ?? '')) {
    throw new CasConfigError(
      `${owner} is a client of ioredis-mock, which does not answer as a Redis does: give topology: 'memory' in tests, or a real Redis.`,
    );
  }
}
