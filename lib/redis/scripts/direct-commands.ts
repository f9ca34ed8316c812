import type { Redis } from 'ioredis';
import { asError } from '../../common/attempt.js';
import type { Argument, Command, Commands } from './script-runner.js';
import { OneWrite } from './one-write.js';
import { ANSWER, REPLY, veiledCommandsOf } from './veiled-command.js';
import type { ReplyEncoding, VeiledCommand } from './veiled-command.js';

/** A pipeline takes commands that are made, as a client does. */
interface CommandPipeline {
  readonly length: number;
  sendCommand(command: VeiledCommand): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}

/** A command, and whether its key is on its way to this server, from one Cluster node to another. */
export interface DirectCommand {
  readonly command: Command;
  readonly asking: boolean;
}

/**
 * One connection to one server, whose redirections are not followed. Tracing tools see what is sent, not to which keys.
 */
export class DirectCommands implements Commands {
  private readonly Command: ReturnType<typeof veiledCommandsOf>;
  private readonly oneWrite: OneWrite;

  constructor(private readonly redis: Redis) {
    this.Command = veiledCommandsOf(redis);
    this.oneWrite = new OneWrite(redis);
  }

  call([name, ...args]: Command): Promise<unknown> {
    return this.send(name, args, 'utf8');
  }

  /** What the keys hold, as bytes. */
  mget(keys: string[]): Promise<(Buffer | null)[]> {
    return this.send('mget', keys, null) as Promise<(Buffer | null)[]>;
  }

  /** As `call`, with whatever is text in the reply as bytes. */
  callForBytes([name, ...args]: Command): Promise<unknown> {
    return this.send(name, args, null);
  }

  /** With ASKING before each, a Cluster node also answers for keys that are being moved to it. */
  callMany(commands: readonly Command[], asking = false): Promise<unknown[]> {
    return this.callTogether(commands.map((command) => ({ command, asking })));
  }

  /** As one write. Answers as `callMany` does, and never rejects. */
  async callTogether(commands: readonly DirectCommand[]): Promise<unknown[]> {
    const pipeline = this.redis.pipeline() as unknown as CommandPipeline;
    const sent = commands.map(({ command: [name, ...args], asking }) => {
      if (asking) pipeline.sendCommand(this.make('asking', [], 'utf8'));
      const command = this.make(name, args, 'utf8');
      pipeline.sendCommand(command);
      return { command, place: pipeline.length - 1 };
    });
    // What the pipeline has of the replies is what tracing tools see of them: nothing.
    const outcomes = await pipeline.exec().catch(asError);
    if (outcomes instanceof Error) return sent.map(() => outcomes);
    return sent.map(({ command, place }) => outcomes?.[place]?.[0] ?? command[ANSWER]);
  }

  private send(name: string, args: Argument[], encoding: ReplyEncoding): Promise<unknown> {
    const command = this.make(name, args, encoding);
    this.oneWrite.join();
    void this.redis.sendCommand(command);
    return command[REPLY];
  }

  private make(name: string, args: Argument[], replyEncoding: ReplyEncoding): VeiledCommand {
    return new this.Command(name, args, { replyEncoding });
  }
}
