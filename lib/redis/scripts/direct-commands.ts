import type { Redis } from 'ioredis';
import type { Command, Commands } from './script-runner.js';

/** One connection to one server, whose redirections are not followed. */
export class DirectCommands implements Commands {
  constructor(private readonly redis: Redis) {}

  call(command: Command): Promise<unknown> {
    return this.redis.call(...command);
  }

  /** With ASKING before each, a Cluster node also answers for keys that are being moved to it. */
  async callMany(commands: readonly Command[], asking = false): Promise<unknown[]> {
    const pipeline = this.redis.pipeline();
    for (const [name, ...args] of commands) {
      if (asking) pipeline.call('asking');
      pipeline.call(name, args);
    }
    const replies = ((await pipeline.exec()) ?? []).map(([error, reply]) => error ?? reply);
    return asking ? replies.filter((_, place) => place % 2 === 1) : replies;
  }
}
