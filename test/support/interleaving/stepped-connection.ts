import type { Redis } from 'ioredis';

import type { RedisConnection } from '../../../lib/redis/redis-connection.js';
import { asError } from '../../../lib/redis/redis-errors.js';
import type { Command } from '../../../lib/redis/script-runner.js';
import type { RedisLibrary } from './redis-library.js';
import type { Stage } from './stage.js';

type Step = <T>(name: string, args: readonly unknown[], run: () => Promise<T>) => Promise<T>;

/** What reads go through: private, but looked up anew for every request. */
interface Reads {
  mget(keys: string[]): Promise<unknown>;
}

/**
 * A connection of which every command is a scheduling point: what the parts of `lib/redis` send is what is scheduled, and
 * the commands of a pipeline come one after the other, with those of others in between.
 */
export class SteppedConnection {
  readonly connection: RedisConnection;
  private stage: Stage | undefined;

  constructor(library: RedisLibrary, url: string) {
    const connection = new library.RedisConnection(url);
    const call = connection.call.bind(connection);
    const reads = connection as unknown as Reads;
    const mget = reads.mget.bind(connection);
    const step: Step = (name, args, run) =>
      this.stage?.step({ place: 'redis', call: name, args, remote: true }, run) ?? run();

    connection.call = (command) => step(command[0], readable(command), () => call(command));
    connection.callMany = async (commands) => {
      const replies: unknown[] = [];
      for (const command of commands) replies.push(await connection.call(command).catch(asError));
      return replies;
    };
    const masters = connection.masters.bind(connection);
    connection.masters = async () => (await masters()).map((master) => scanning(master, step));
    reads.mget = (keys) => step('mget', keys, () => mget(keys));
    this.connection = connection;
  }

  /** Commands go to this stage from now on; to none, they are sent at once. */
  play(stage: Stage | undefined): void {
    this.stage = stage;
  }
}

/** The server, with a scan as a step. */
function scanning(master: Redis, step: Step): Redis {
  const scan = master.scan.bind(master) as (...args: unknown[]) => Promise<unknown>;
  return Object.create(master, {
    scan: { value: (...args: unknown[]) => step('scan', args, () => scan(...args)) },
  }) as Redis;
}

/** A script is its first letters. */
function readable([name, ...args]: Command): unknown[] {
  return name === 'evalsha' || name === 'eval' ? [String(args[0]).slice(0, 6), ...args.slice(1)] : args;
}
