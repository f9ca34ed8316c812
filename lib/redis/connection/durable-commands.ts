import { asError } from '../../common/attempt.js';
import { now } from '../../common/timers.js';
import type { RedisFollower } from '../scripts/redis-follower.js';
import type { Command, Commands } from '../scripts/script-runner.js';
import type { Persistence } from './persistence.js';

/** One attempt to send something where it outlives a failover. */
interface Attempts {
  readonly isCluster: boolean;
  call(command: Command, durable: true): Promise<unknown>;
  callMany(commands: readonly Command[], durable: true, follower?: RedisFollower): Promise<unknown[]>;
}

/**
 * Sends what ends a generation, or opens or settles a key: again where a lost connection may have kept it from being
 * carried out, for as long as the caller waits.
 */
export class DurableCommands implements Commands {
  constructor(
    private readonly attempts: Attempts,
    private readonly persistence: Persistence,
  ) {}

  call(command: Command): Promise<unknown> {
    const begun = now();
    const attempt = (): Promise<unknown> => this.attempts.call(command, true);
    return attempt().catch((fault: unknown) => this.persistence.after(fault, begun, attempt));
  }

  callMany(commands: readonly Command[]): Promise<unknown[]> {
    return this.callFollowed(commands);
  }

  /** What is sent again has nothing behind it: its caller sees to that when it has been answered. */
  async callFollowed(commands: readonly Command[], follower?: RedisFollower): Promise<unknown[]> {
    // Keys of a Cluster are on many nodes: those of one that is away do not hold up the rest.
    if (this.attempts.isCluster) return Promise.all(commands.map((command) => this.call(command).catch(asError)));
    const begun = now();
    const attempt = (some: readonly Command[], behind?: RedisFollower): Promise<unknown[]> =>
      this.attempts.callMany(some, true, behind).catch((fault: unknown) => some.map(() => asError(fault)));
    const outcomes = await attempt(commands, follower);
    return this.persistence.afterMany(outcomes, begun, (places) =>
      attempt(places.map((place) => commands[place] as Command)),
    );
  }
}
