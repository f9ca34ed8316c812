import { asError } from '../../common/attempt.js';
import type { DirectCommands } from '../scripts/direct-commands.js';
import { READ_OR_ISSUE } from '../scripts/read-or-issue.js';
import type { ScriptDialect } from '../scripts/script-dialect.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import type { Command, ScriptCall } from '../scripts/script-runner.js';
import { READ_TIMED } from '../scripts/value-scripts.js';
import { keyOf } from './key-of.js';

/** What a key holds, and for how many milliseconds it still will, infinite when it does not expire. */
export type TimedReply = { readonly bytes: Buffer; readonly remainingMs: number } | null;

/** Sends to the server that has the key. */
export type ReadAt = <T>(key: string, send: (commands: DirectCommands) => Promise<T>) => Promise<T>;

/** Reads that do more than MGET. They are sent as reads are, and what a script answers is of one moment. */
export class ReadScripts {
  private readonly scripts: ScriptRunner;

  constructor(readAt: ReadAt, dialect: ScriptDialect) {
    const call = (command: Command): Promise<unknown> =>
      readAt(keyOf(command), (commands) => commands.callForBytes(command));
    const callMany = (commands: readonly Command[]): Promise<unknown[]> =>
      Promise.all(commands.map((command) => call(command).catch(asError)));
    this.scripts = new ScriptRunner({ call, callMany }, dialect);
  }

  /** As MGET, with the time that each entry still has. */
  async mgetTimed(keys: string[]): Promise<readonly TimedReply[]> {
    const replies = (await this.scripts.run(READ_TIMED, { keys, args: [] })) as (Buffer | number | null)[];
    return keys.map((_, i) => {
      const bytes = replies[i] as Buffer | null;
      const left = replies[keys.length + i] as number;
      return bytes && { bytes, remainingMs: left < 0 ? Number.POSITIVE_INFINITY : left };
    });
  }

  /** As MGET of a generation and its value, which issues the generation where there is none. */
  readOrIssue(call: ScriptCall): Promise<unknown> {
    return this.scripts.run(READ_OR_ISSUE, call);
  }
}
