import type { Follower } from '../../contracts/follower.js';
import type { Command } from './command.js';

/** Which server a command is sent to, as far as that is known. */
export interface KnownServer {
  readonly runId: string;
  readonly replId: string;
}

/**
 * A command that is sent behind others, in one write and on one connection with them, so that the server carries it out
 * after them.
 *
 * What it comes to counts only where each of the others went well: one that failed may be sent again, and would be
 * carried out after it then.
 */
export class RedisFollower implements Follower {
  /**
   * @param make the command for a server, made when it is sent there
   * @param answered told the reply, or why there is none
   */
  constructor(
    readonly carrier: unknown,
    private readonly make: (server: KnownServer) => Command,
    private readonly answered: (reply: unknown) => void,
  ) {}

  /** @param server `undefined`: it is not known, and nothing is to follow there */
  behind(commands: readonly Command[], server: KnownServer | undefined): readonly Command[] {
    return server === undefined ? commands : [...commands, this.make(server)];
  }

  /** Of the replies to what `behind` answered, those to the commands themselves. */
  taken(replies: readonly unknown[], commands: readonly Command[]): readonly unknown[] {
    if (replies.length === commands.length) return replies;
    const own = replies.slice(0, commands.length);
    if (!own.some((reply) => reply instanceof Error)) this.answered(replies.at(-1));
    return own;
  }
}

/** The follower, if it was made for this connection: what else a store is given it leaves alone. */
export function followerOf(follower: Follower | undefined, carrier: unknown): RedisFollower | undefined {
  return follower instanceof RedisFollower && follower.carrier === carrier ? follower : undefined;
}
