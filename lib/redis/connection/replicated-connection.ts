import type { Redis } from 'ioredis';
import { atEndOfTick } from '../../common/timers.js';
import { asError } from '../../common/attempt.js';
import { TooFewReplicasError, unavailable } from '../scripts/redis-errors.js';
import { DirectCommands } from '../scripts/direct-commands.js';
import { refusalIn } from '../scripts/refused-command.js';
import { loadScripts } from '../scripts/load-scripts.js';
import type { ScriptDialect } from '../scripts/script-dialect.js';
import { DURABLE } from '../scripts/all-scripts.js';
import { startConnecting } from './start-connecting.js';
import { leave } from './leave.js';
import { identityOf } from '../vetting/server-info.js';
import type { Command, Commands } from '../scripts/script-runner.js';

export interface ReplicationOptions {
  readonly where: string;
  /** How many replicas have to have it. */
  readonly replicas: number;
  /** Milliseconds to wait for them. */
  readonly timeoutMs: number;
  readonly dialect: ScriptDialect;
  readonly onReady: () => void;
}

interface Pending {
  readonly command: Command;
  readonly asking: boolean;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A connection on which nothing counts before enough replicas have it.
 *
 * Commands and the WAIT that covers them go out as one write. A WAIT on another connection than theirs would count
 * nothing and answer that all is well, so nothing is ever sent again here, and a loss of the connection fails both.
 *
 * WAIT keeps its connection from doing anything else. So there is one at a time, and what comes meanwhile shares the
 * next. It is a connection apart, because reads must not stand behind it.
 */
export class ReplicatedConnection implements Commands {
  private due: Pending[] = [];
  private isBusy = false;
  private first: Promise<void> | undefined;
  private readonly commands: DirectCommands;
  /** Another one for each connection. */
  private running: symbol | undefined;
  private identified: Promise<void> | undefined;
  /**
   * Of the process that this connection leads to, once it has said so. What is made for it is never sent to another:
   * what waits here when the connection is lost is refused before there is a new one.
   */
  runId: string | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly options: ReplicationOptions,
  ) {
    this.commands = new DirectCommands(redis);
    redis.on('error', () => undefined);
    redis.on('ready', () => {
      void loadScripts(this.commands, DURABLE, options.dialect);
      this.identified = this.identify();
      options.onReady();
    });
    for (const event of ['close', 'end']) redis.on(event, () => this.forget());
    this.first = new Promise((resolve) => {
      for (const event of ['ready', 'close', 'end', 'error']) {
        redis.once(event, () => {
          this.first = undefined;
          resolve();
        });
      }
    });
  }

  /**
   * A command that is made for the server at the other end, when that has said which one it is.
   *
   * @param make `undefined`: it is none that such a command is for
   * @throws CasUnavailableError
   */
  async callKnown(make: () => Command | undefined): Promise<unknown> {
    await this.first;
    await this.identified;
    const command = make();
    if (command !== undefined) return this.call(command);
    const fault = new Error('the connections to it do not lead to one server that is vetted');
    throw unavailable(this.options.where, fault);
  }

  connect(): void {
    startConnecting(this.redis);
  }

  call(command: Command, asking = false): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.due.push({ command, asking, resolve, reject });
      if (this.due.length === 1 && !this.isBusy) atEndOfTick(() => void this.flush());
    });
  }

  callMany(commands: readonly Command[]): Promise<unknown[]> {
    return Promise.all(commands.map((command) => this.call(command).catch(asError)));
  }

  /** The very first attempt to connect, while it lasts. */
  awaited(): Promise<void> | undefined {
    return this.first;
  }

  close(): void {
    leave(this.redis);
  }

  private async identify(): Promise<void> {
    const running = (this.running = Symbol('connection'));
    const identity = await identityOf(this.commands).catch(() => undefined);
    if (this.running === running) this.runId = identity?.runId;
  }

  private forget(): void {
    this.running = undefined;
    this.runId = undefined;
  }

  private async flush(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.due.length > 0) await this.carryOut(this.due.splice(0));
    this.isBusy = false;
  }

  private async carryOut(batch: readonly Pending[]): Promise<void> {
    const { replicas, timeoutMs } = this.options;
    const wait: Command = ['wait', replicas, timeoutMs];
    const replies = await this.commands.callTogether([...batch, { command: wait, asking: false }]);
    const reached = replies.at(-1);
    const shortfall = reached instanceof Error ? this.unanswered(reached) : this.shortfall(Number(reached));
    for (const [n, { resolve, reject }] of batch.entries()) {
      const reply = replies[n];
      const failure = reply instanceof Error ? reply : shortfall;
      if (failure) reject(failure);
      else resolve(reply);
    }
  }

  /** A loss of the connection passes; a server that does not know the command, or refuses it to this user, stays so. */
  private unanswered(reply: Error): Error {
    if (refusalIn(reply, []) === undefined) return reply;
    const fault = new TooFewReplicasError(
      `it refuses WAIT, so it cannot be known whether replicas have the invalidation: ${reply.message.trim()}. Allow the command to the user, or leave waitReplicas out`,
      { cause: reply },
    );
    return unavailable(this.options.where, fault);
  }

  private shortfall(reached: number): Error | undefined {
    const { where, replicas, timeoutMs } = this.options;
    if (reached >= replicas) return undefined;
    return unavailable(
      where,
      new TooFewReplicasError(
        `${reached} of ${replicas} replicas had the invalidation within ${timeoutMs} ms: see that they run and keep up, or lower waitReplicas`,
      ),
    );
  }
}
