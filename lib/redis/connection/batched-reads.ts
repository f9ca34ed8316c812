import { asError } from '../../common/attempt.js';
import { hashedPart } from '../cells/key-names.js';
import { isTryAgain } from '../scripts/redis-errors.js';
import type { ScriptDialect } from '../scripts/script-dialect.js';
import type { ScriptCall } from '../scripts/script-runner.js';
import type { ConnectionGate } from './connection-gate.js';
import { ReadBatcher } from './read-batcher.js';
import type { Reply } from './read-batcher.js';
import { ReadScripts } from './read-scripts.js';
import type { ReadAt, TimedReply } from './read-scripts.js';

/** The servers of a connection, to be read from. */
export interface ReadSource {
  readonly isCluster: boolean;
  readonly gate: Pick<ConnectionGate, 'through'>;
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
  private readonly scripts: ReadScripts;

  constructor(
    private readonly source: ReadSource,
    dialect: ScriptDialect,
  ) {
    this.scripts = new ReadScripts(source.read, dialect);
    const groupOf = source.isCluster ? hashedPart : undefined;
    const batcher = <R>(mget: (keys: string[]) => Promise<readonly R[]>): ReadBatcher<R> =>
      new ReadBatcher({ mget, afterFault: (keys, cause) => this.readAgain(keys, cause, mget) }, groupOf);
    this.entries = batcher((keys) => this.mget(keys));
    this.timed = batcher((keys) => this.mgetTimed(keys));
  }

  /** A read of one key and its generation, which issues that where there is none. It travels alone. */
  readOrIssue(call: ScriptCall): Promise<unknown> {
    return this.source.gate.through(() => this.scripts.readOrIssue(call)).catch(this.rethrow);
  }

  /** Adds no promise to that of the client, where there is a connection. */
  private mget(keys: string[]): Promise<readonly Reply[]> {
    const { gate, read } = this.source;
    return gate.through(() => read(keys[0] ?? '', (commands) => commands.mget(keys)));
  }

  private mgetTimed(keys: string[]): Promise<readonly TimedReply[]> {
    return this.source.gate.through(() => this.scripts.mgetTimed(keys));
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
    if (!isTryAgain(cause) || keys.length === 1) throw this.source.fault(cause);
    const replies = await Promise.all(keys.map((key) => mget([key]).catch(this.rethrow)));
    return replies.map(([reply]) => reply as R);
  }

  private readonly rethrow = (error: unknown): never => {
    throw this.source.fault(asError(error));
  };
}
