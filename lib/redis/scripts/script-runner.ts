import { asError } from '../../common/attempt.js';
import { isUnknownScript, isUnknownShebang } from './redis-errors.js';
import type { ScriptDialect } from './script-dialect.js';
import type { Script } from './script-text.js';

export type Argument = string | number | Buffer;
export type Command = readonly [name: string, ...args: Argument[]];

/** Sends commands to the server that has their keys. */
export interface Commands {
  call(command: Command): Promise<unknown>;
  /** Sends all at once. Answers in their order, with an `Error` in the place of each that failed. */
  callMany(commands: readonly Command[]): Promise<unknown[]>;
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

/** Runs scripts by their digest, in one round trip; a server that does not have the script yet is sent its text. */
export class ScriptRunner {
  constructor(
    private readonly commands: Commands,
    private readonly dialect: ScriptDialect,
  ) {}

  run(script: Script, call: ScriptCall): Promise<unknown> {
    return this.commands.call(command('evalsha', this.dialect.textOf(script).sha, call)).catch((error: unknown) => {
      if (!isUnknownScript(error)) throw error;
      return this.runText(script, call);
    });
  }

  /** All of them at once, and again only those that the server did not know. */
  async runMany(script: Script, calls: readonly ScriptCall[]): Promise<unknown[]> {
    if (calls.length === 0) return [];
    const { sha } = this.dialect.textOf(script);
    const replies = await this.commands.callMany(calls.map((call) => command('evalsha', sha, call)));
    return Promise.all(
      calls.map((call, i) => (isUnknownScript(replies[i]) ? this.runText(script, call).catch(asError) : replies[i])),
    );
  }

  private async runText(script: Script, call: ScriptCall): Promise<unknown> {
    const { hasFlags } = this.dialect;
    try {
      return await this.commands.call(command('eval', this.dialect.textOf(script).text, call));
    } catch (error) {
      if (!hasFlags || !isUnknownShebang(error)) throw error;
      this.dialect.giveUpFlags();
      return this.run(script, call);
    }
  }
}

function command(name: 'eval' | 'evalsha', script: string, { keys, args }: ScriptCall): Command {
  return [name, script, keys.length, ...keys, ...args];
}
