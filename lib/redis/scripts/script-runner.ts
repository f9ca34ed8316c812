import { asError } from '../../common/attempt.js';
import { isUnknownScript, isUnknownShebang } from './redis-errors.js';
import type { Script, ScriptText } from './script-text.js';

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

const WITHOUT_FLAGS =
  'This Redis is older than version 7 and does not know script flags. So it cannot be promised that a master which was ' +
  'demoted refuses a snapshot, or one that is cut off from its replicas a read. Use Redis 7 or Valkey to have that.';

/** Runs scripts by their digest, in one round trip; a server that does not have the script yet is sent its text. */
export class ScriptRunner {
  private flags = true;

  constructor(
    private readonly commands: Commands,
    private readonly onWarning: (message: string) => void,
  ) {}

  run(script: Script, call: ScriptCall): Promise<unknown> {
    return this.commands.call(command('evalsha', this.textOf(script).sha, call)).catch((error: unknown) => {
      if (!isUnknownScript(error)) throw error;
      return this.runText(script, call);
    });
  }

  /** All of them at once, and again only those that the server did not know. */
  async runMany(script: Script, calls: readonly ScriptCall[]): Promise<unknown[]> {
    if (calls.length === 0) return [];
    const { sha } = this.textOf(script);
    const replies = await this.commands.callMany(calls.map((call) => command('evalsha', sha, call)));
    return Promise.all(
      calls.map((call, i) => (isUnknownScript(replies[i]) ? this.runText(script, call).catch(asError) : replies[i])),
    );
  }

  private async runText(script: Script, call: ScriptCall): Promise<unknown> {
    const { flags } = this;
    try {
      return await this.commands.call(command('eval', this.textOf(script).text, call));
    } catch (error) {
      if (!flags || !isUnknownShebang(error)) throw error;
      this.giveUpFlags();
      return this.run(script, call);
    }
  }

  private giveUpFlags(): void {
    if (!this.flags) return;
    this.flags = false;
    this.onWarning(WITHOUT_FLAGS);
  }

  private textOf(script: Script): ScriptText {
    return this.flags ? script.flagged : script.plain;
  }
}

function command(name: 'eval' | 'evalsha', script: string, { keys, args }: ScriptCall): Command {
  return [name, script, keys.length, ...keys, ...args];
}
