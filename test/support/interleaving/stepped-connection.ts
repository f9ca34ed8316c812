import type { Master } from '../../../lib/redis/connection/master.js';
import type { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import { asError } from '../../../lib/common/attempt.js';
import type { Command, ScriptCall } from '../../../lib/redis/scripts/script-runner.js';
import type { RedisLibrary } from './redis-library.js';
import type { Stage, StepName } from './stage.js';

/** What happens around the commands of a connection while it is on a stage. */
export interface Onlookers {
  readonly stage: Stage;
  /** Before a command is carried out that reads generations. */
  checks(names: readonly string[]): void;
  /** A command was carried out, and changed something. */
  changed(name: StepName, repeat: () => Promise<unknown>): void;
  /** After every command. */
  after(): Promise<void>;
}

/** What reads go through: private, but looked up anew for every request. */
interface Reads {
  mget(keys: string[]): Promise<unknown>;
  mgetTimed(keys: string[]): Promise<unknown>;
  readOrIssue(call: ScriptCall): Promise<unknown>;
}

/**
 * A connection of which every command is a scheduling point: what the parts of `lib/redis` send is what is scheduled,
 * and the commands of a pipeline come one after the other, with those of others in between.
 */
export class SteppedConnection {
  readonly connection: RedisConnection;
  private onlookers: Onlookers | undefined;

  constructor(library: RedisLibrary, url: string) {
    // A server that has just started counts as one that may have lost open cells, and nothing would be filled.
    const connection = new library.RedisConnection(url, { onFailover: 'trust' });
    const call = connection.call.bind(connection);
    const { batched: reads } = connection as unknown as { batched: Reads };
    const mget = reads.mget.bind(reads);
    const mgetTimed = reads.mgetTimed.bind(reads);
    const readOrIssue = reads.readOrIssue.bind(reads);

    connection.call = (command, durable) =>
      this.step(command[0], readable(command), () => call(command, durable), true);
    connection.callMany = async (commands, durable) => {
      const replies: unknown[] = [];
      for (const command of commands) replies.push(await connection.call(command, durable).catch(asError));
      return replies;
    };
    const masters = connection.masters.bind(connection);
    connection.masters = async () => (await masters()).map((master) => this.scanning(master));
    reads.mget = (keys) => this.step('mget', keys, () => mget(keys), false);
    reads.mgetTimed = (keys) => this.step('mget, timed', keys, () => mgetTimed(keys), false);
    reads.readOrIssue = (asked) => this.step('mget, or issue', asked.keys, () => readOrIssue(asked), true);
    this.connection = connection;
  }

  /** Commands go to this stage from now on; to none, they are sent at once. */
  play(onlookers: Onlookers | undefined): void {
    this.onlookers = onlookers;
  }

  private step<T>(call: string, args: readonly unknown[], run: () => Promise<T>, changes: boolean): Promise<T> {
    const { onlookers } = this;
    if (onlookers === undefined) return run();
    const name: StepName = { place: 'server', call, args, remote: true };
    return onlookers.stage.step(name, async () => {
      if (changes) onlookers.changed(name, run);
      if (call.startsWith('mget')) onlookers.checks(args as readonly string[]);
      try {
        return await run();
      } finally {
        await onlookers.after();
      }
    });
  }

  /** The server, with a scan as a step. */
  private scanning(master: Master): Master {
    return {
      scan: (...args) => this.step('scan', args, () => master.scan(...args), false),
      cluster: (nodes) => master.cluster(nodes),
    };
  }
}

/** A script is its first letters. */
function readable([name, ...args]: Command): unknown[] {
  return name === 'evalsha' || name === 'eval' ? [String(args[0]).slice(0, 6), ...args.slice(1)] : args;
}
