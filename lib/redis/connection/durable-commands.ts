import { asError } from '../../common/attempt.js';
import { now } from '../../common/timers.js';
import type { Command, Commands } from '../scripts/script-runner.js';
import type { Persistence } from './persistence.js';

/** One attempt to send something where it outlives a failover. */
interface Attempts {
  readonly isCluster: boolean;
  call(command: Command, durable: true): Promise<unknown>;
  callMany(commands: readonly Command[], durable: true): Promise<unknown[]>;
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

  async callMany(commands: readonly Command[]): Promise<unknown[]> {
    // Keys of a Cluster are on many nodes: those of one that is away do not hold up the rest.
    if (this.attempts.isCluster) return Promise.all(commands.map((command) => this.call(command).catch(asError)));
    const begun = now();
    const attempt = (places: readonly number[]): Promise<unknown[]> =>
      this.attempts
        .callMany(
          places.map((place) => commands[place] as Command),
          true,
        )
        .catch((fault: unknown) => places.map(() => asError(fault)));
    const outcomes = await attempt([...commands.keys()]);
    return this.persistence.afterMany(outcomes, begun, attempt);
  }
}
