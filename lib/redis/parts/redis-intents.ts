import type { IntentStore, SettledIntent } from '../../contracts/intent-store.js';
import type { Follower } from '../../contracts/follower.js';
import { settledOrError } from '../cells/generation-cell.js';
import type { GenerationFloor } from '../cells/generation-floor.js';
import type { KeyNames } from '../cells/key-names.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { Retention } from '../cells/retention.js';
import { wholeMs } from '../cells/retention.js';
import { followerOf } from '../scripts/redis-follower.js';
import { OPEN, RENEW, SETTLE } from '../scripts/scripts.js';
import { dropping, takeMany } from './two-key-steps.js';
import type { KeyCall, TwoKeyStep } from './two-key-steps.js';

/**
 * Write intents in the cells of a Redis: one script for each key, all of a call in one round trip. Deadlines are set
 * and judged by the clock of the server. A value that the server holds goes with the step that opens or settles its
 * key.
 */
export class RedisIntents implements IntentStore {
  private readonly opening: TwoKeyStep<KeyCall, unknown>;
  private readonly settling: TwoKeyStep<KeyCall, unknown>;

  constructor(
    private readonly connection: RedisConnection,
    private readonly names: KeyNames,
    private readonly retention: Retention,
    private readonly floor: GenerationFloor,
  ) {
    this.opening = dropping(connection, names, OPEN);
    this.settling = dropping(connection, names, SETTLE);
  }

  async open(
    keys: readonly string[],
    token: string,
    leaseMs: number,
    follower?: Follower,
  ): Promise<(undefined | Error)[]> {
    const args = [token, wholeMs(leaseMs)];
    const replies = await takeMany(
      this.opening,
      keys.map((key) => ({ key, args })),
      followerOf(follower, this.connection),
    );
    return replies.map((reply) => (reply instanceof Error ? reply : undefined));
  }

  async renew(keys: readonly string[], token: string, leaseMs: number): Promise<(boolean | Error)[]> {
    const args = [token, wholeMs(leaseMs)];
    const calls = keys.map((key) => ({ keys: [this.names.generation(key)], args }));
    const replies = await this.connection.durable.runMany(RENEW, calls);
    return replies.map((reply) => (reply instanceof Error ? reply : reply === 1));
  }

  async settle(keys: readonly string[], token: string): Promise<(SettledIntent | Error)[]> {
    const args = [token, this.retention.issued, this.floor.value];
    const replies = await takeMany(
      this.settling,
      keys.map((key) => ({ key, args })),
    );
    return replies.map((reply) => {
      const settled = settledOrError(reply);
      if (!(settled instanceof Error)) this.floor.see(settled.generation);
      return settled;
    });
  }

  /**
   * A server that is not long enough the master of the key may have begun without what writers had opened on another.
   */
  mayHaveLostIntents(key: string, leaseMs: number): boolean {
    return this.connection.masterChangedWithin(this.names.generation(key), leaseMs);
  }
}
