import { asError } from '../../common/attempt.js';
import { isUnknownScript, isUnknownShebang } from './redis-errors.js';
import type { Argument, Command } from './command.js';
import type { RedisFollower } from './redis-follower.js';
import type { ScriptDialect } from './script-dialect.js';
import type { Script } from './script-text.js';

export type { Argument, Command } from './command.js';

/** Sends commands to the server that has their keys. */
export interface Commands {
  call(command: Command): Promise<unknown>;
  /** Sends all at once. Answers in their order, with an `Error` in the place of each that failed. */
  callMany(commands: readonly Command[]): Promise<unknown[]>;
  /** Optional: as `callMany`, with a command behind the first attempt, where all of them go to one server. */
  callFollowed?(commands: readonly Command[], follower: RedisFollower): Promise<unknown[]>;
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

  /** From now on a server is given them when it is connected to. */
  preload(scripts: readonly Script[]): void {
    for (const script of scripts) this.dialect.besides.add(script);
  }

  /** The same scripts, each sent in another way. */
  sendingBy(call: Commands['call']): ScriptRunner {
    const callMany = (commands: readonly Command[]): Promise<unknown[]> =>
      Promise.all(commands.map((one) => call(one).catch(asError)));
    return new ScriptRunner({ call, callMany }, this.dialect);
  }

  /** What it is called by, where the server has it. */
  commandOf(script: Script, call: ScriptCall): Command {
    return command('evalsha', this.dialect.textOf(script).sha, call);
  }

  run(script: Script, call: ScriptCall, follower?: RedisFollower): Promise<unknown> {
    if (follower !== undefined) return this.runFollowed(script, call, follower);
    return this.commands.call(this.commandOf(script, call)).catch((error: unknown) => {
      if (!isUnknownScript(error)) throw error;
      return this.runText(script, call);
    });
  }

  /** All of them at once, and again only those that the server did not know. */
  async runMany(script: Script, calls: readonly ScriptCall[], follower?: RedisFollower): Promise<unknown[]> {
    if (calls.length === 0) return [];
    const { sha } = this.dialect.textOf(script);
    const sent = calls.map((call) => command('evalsha', sha, call));
    const replies = await (follower === undefined || this.commands.callFollowed === undefined
      ? this.commands.callMany(sent)
      : this.commands.callFollowed(sent, follower));
    return Promise.all(
      calls.map((call, i) => (isUnknownScript(replies[i]) ? this.runText(script, call).catch(asError) : replies[i])),
    );
  }

  private async runFollowed(script: Script, call: ScriptCall, follower: RedisFollower): Promise<unknown> {
    const [reply] = await this.runMany(script, [call], follower);
    if (reply instanceof Error) throw reply;
    return reply;
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
