import { asError } from '../../common/attempt.js';
import { hashedPart } from '../cells/key-names.js';
import type { DirectCommands } from '../scripts/direct-commands.js';
import { isTryAgain } from '../scripts/redis-errors.js';
import type { ScriptDialect } from '../scripts/script-dialect.js';
import type { ConnectionGate } from './connection-gate.js';
import { ReadBatcher } from './read-batcher.js';
import type { Reply } from './read-batcher.js';
import { TimedReads } from './timed-reads.js';
import type { ReadAt, TimedReply } from './timed-reads.js';

/** The servers of a connection, to be read from. */
export interface ReadSource {
  readonly isCluster: boolean;
  readonly gate: Pick<ConnectionGate, 'isOpen' | 'pass'>;
  /** From the server that has the key. */
  readonly read: ReadAt;
  /** An error as it is to be told. */
  readonly fault: (cause: unknown) => Error;
}

/** The reads of a connection: those of one tick as one request to each server. */
export class BatchedReads {
  readonly entries: ReadBatcher;
  /** Of entries, with the time that they still have. */
  readonly timed: ReadBatcher<TimedReply>;
  private readonly timedReads: TimedReads;

  constructor(
    private readonly source: ReadSource,
    dialect: ScriptDialect,
  ) {
    this.timedReads = new TimedReads(source.read, dialect);
    const groupOf = source.isCluster ? hashedPart : undefined;
    const batcher = <R>(mget: (keys: string[]) => Promise<readonly R[]>): ReadBatcher<R> =>
      new ReadBatcher({ mget, afterFault: (keys, cause) => this.readAgain(keys, cause, mget) }, groupOf);
    this.entries = batcher((keys) => this.mget(keys));
    this.timed = batcher((keys) => this.mgetTimed(keys));
  }

  /** Adds no promise to that of the client, where there is a connection. */
  private mget(keys: string[]): Promise<readonly Reply[]> {
    const { gate, read } = this.source;
    const send = (commands: DirectCommands): Promise<Reply[]> => commands.mget(keys);
    const [first = ''] = keys;
    return gate.isOpen ? read(first, send) : gate.pass().then(() => read(first, send));
  }

  private mgetTimed(keys: string[]): Promise<readonly TimedReply[]> {
    const { gate } = this.source;
    return gate.isOpen ? this.timedReads.mget(keys) : gate.pass().then(() => this.timedReads.mget(keys));
  }

  /**
   * After a request failed: one by one, while their slot moves. MGET of one key, as of many, takes one of another type
   * for none.
   */
  private async readAgain<R>(
    keys: readonly string[],
    cause: unknown,
    mget: (keys: string[]) => Promise<readonly R[]>,
  ): Promise<readonly R[]> {
    const { fault } = this.source;
    if (!isTryAgain(cause) || keys.length === 1) throw fault(cause);
    const told = (error: unknown): never => {
      throw fault(asError(error));
    };
    const replies = await Promise.all(keys.map((key) => mget([key]).catch(told)));
    return replies.map(([reply]) => reply as R);
  }
}
