import type { LoadLeases } from '../../contracts/load-leases.js';
import type { KeyNames } from '../cells/key-names.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { wholeMs } from '../cells/retention.js';
import { RELEASE } from '../scripts/scripts.js';

/**
 * Load leases as keys of a Redis that expire by its clock. Their loss costs a load more, so they are not waited for on
 * replicas, and `clear` leaves them alone.
 */
export class RedisLoadLeases implements LoadLeases {
  constructor(
    private readonly connection: RedisConnection,
    private readonly names: KeyNames,
  ) {}

  async acquire(key: string, token: string, ms: number): Promise<boolean> {
    const reply = await this.connection.call(['set', this.names.lease(key), token, 'PX', wholeMs(ms), 'NX']);
    return reply === 'OK';
  }

  /** Compares and deletes in one step: by the time that this arrives, another may have the key. */
  async release(key: string, token: string): Promise<void> {
    await this.connection.scripts.run(RELEASE, { keys: [this.names.lease(key)], args: [token] });
  }
}
