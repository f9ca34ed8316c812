import { tracingChannel } from 'node:diagnostics_channel';
import type { Command as IoredisCommand, Redis } from 'ioredis';
import type { Argument } from './script-runner.js';

/** Replies as text, or as the bytes that they are. */
export type ReplyEncoding = 'utf8' | null;

/** A command of ours, whose arguments and reply only this package reads. */
export interface VeiledCommand extends IoredisCommand {
  readonly [REPLY]: Promise<unknown>;
  /** The reply, once it has come. */
  readonly [ANSWER]: unknown;
}

type CommandClass<C> = new (name: string, args: Argument[], options: { replyEncoding: ReplyEncoding }) => C;

export const REPLY = Symbol('reply');
export const ANSWER = Symbol('answer');
const SHOWN = Symbol('shown');
const RESOLVE = Symbol('resolve');
const REJECT = Symbol('reject');
const WRAPPED = Symbol('wrapped');
const PASSED_BY = Symbol('passed by');

/** What tracing tools see as the arguments of every command. */
const NO_ARGUMENTS: readonly string[] = Object.freeze([]);
/** Where ioredis publishes its commands from version 5.11 on. */
const PUBLISHED = tracingChannel('ioredis:command');

/** By the class of commands of each copy of ioredis in the process: commands that are of one class are sent fastest. */
const classes = new WeakMap<object, CommandClass<VeiledCommand>>();

/**
 * The class of commands to be sent through this client.
 *
 * The danger: tracing tools are handed each command with its arguments, and some the reply, by ioredis itself
 * (`diagnostics_channel`) or by wrapping its `sendCommand` and what settles a command. Of EVALSHA they print all, so
 * the fill of an entry would put the key and the whole value on every screen that shows traces. A command of
 * this class shows its name and when it began and ended. The arguments stand in its place only while they are written
 * to the socket, and the reply reaches its reader past the listeners.
 */
export function veiledCommandsOf(redis: Redis): CommandClass<VeiledCommand> {
  const base = commandClassOf(redis);
  const known = classes.get(base);
  if (known !== undefined) return known;
  const made = veil(base);
  classes.set(base, made);
  return made;
}

/**
 * The client's copy of ioredis need not be the one that this package finds. Its methods make a command and pass it on.
 */
function commandClassOf(redis: Redis): CommandClass<IoredisCommand> {
  const call = Reflect.get(redis, 'call') as (this: unknown, name: string) => object;
  const made = call.call({ options: {}, sendCommand: (command: unknown) => command }, 'ping');
  return made.constructor as CommandClass<IoredisCommand>;
}

type Settle = (outcome: unknown) => void;

/** What ioredis assigns while it constructs a command, and what wrappers assign after that. */
interface Settling {
  [REPLY]: Promise<unknown>;
  [ANSWER]: unknown;
  [SHOWN]: Promise<unknown> | undefined;
  [RESOLVE]: Settle | undefined;
  [WRAPPED]: boolean;
  [REJECT]: Settle | undefined;
  /** The reply, while a wrapper is handed nothing in its place. */
  [PASSED_BY]: { readonly reply: unknown } | undefined;
}

function veil(base: CommandClass<IoredisCommand>): CommandClass<VeiledCommand> {
  class Veiled extends base {
    readonly #wire: IoredisCommand['args'];

    constructor(name: string, args: Argument[], options: { replyEncoding: ReplyEncoding }) {
      super(name, args, options);
      this.#wire = this.args;
      this.args = NO_ARGUMENTS as typeof this.args;
    }

    override toWritable(socket: object): string | Buffer {
      this.args = this.#wire;
      try {
        return super.toWritable(socket);
      } finally {
        this.args = NO_ARGUMENTS as typeof this.args;
      }
    }

    override transformReply(result: Buffer | Buffer[]): ReturnType<IoredisCommand['transformReply']> {
      const own = this as unknown as Settling;
      const passedBy = own[PASSED_BY];
      const answer = super.transformReply(passedBy === undefined ? result : (passedBy.reply as Buffer));
      own[ANSWER] = answer;
      return answer;
    }
  }
  Object.defineProperties(Veiled.prototype, SETTLING);
  return Veiled as unknown as CommandClass<VeiledCommand>;
}

const SETTLING: PropertyDescriptorMap & ThisType<Settling> = {
  promise: {
    get() {
      if (!PUBLISHED.hasSubscribers) return this[REPLY];
      return (this[SHOWN] ??= this[REPLY].then(() => undefined));
    },
    set(promise: Promise<unknown>) {
      this[REPLY] = promise;
    },
  },
  resolve: {
    get() {
      const resolve = this[RESOLVE] as Settle;
      if (!this[WRAPPED]) return resolve;
      return (reply: unknown) => {
        this[PASSED_BY] ??= { reply };
        resolve(undefined);
      };
    },
    set(resolve: Settle) {
      this[WRAPPED] = this[RESOLVE] !== undefined;
      this[RESOLVE] = resolve;
    },
  },
  reject: {
    get() {
      const reject = this[REJECT] as Settle;
      return (fault: unknown) => reject(withoutArguments(fault));
    },
    set(reject: Settle) {
      this[REJECT] = reject;
    },
  },
};

/** A server that does not know a command, or has it under another name, answers with the beginning of its arguments. */
const QUOTED = /, with args beginning with:[^\n]*/;

function withoutArguments(fault: unknown): unknown {
  if (!(fault instanceof Error) || !QUOTED.test(fault.message)) return fault;
  const { message, stack } = fault;
  fault.message = message.replace(QUOTED, '');
  if (stack !== undefined) fault.stack = stack.replace(QUOTED, '');
  return fault;
}
