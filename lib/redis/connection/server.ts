import type { Redis } from 'ioredis';
import { startConnecting } from './start-connecting.js';
import { FirstAttempt } from './first-attempt.js';
import { leave } from './leave.js';
import type { ReplicatedConnection } from './replicated-connection.js';
import { clusterNodes, scanPage } from '../scripts/server-commands.js';
import type { Master } from './master.js';
import { DirectCommands } from '../scripts/direct-commands.js';
import { asError } from '../../common/attempt.js';
import { toCacheError, unavailable } from '../scripts/redis-errors.js';
import { loadScripts } from '../scripts/load-scripts.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import type { Command } from '../scripts/script-runner.js';
import { NotAMasterError } from '../vetting/server-info.js';
import { watchForDeadPeer } from './dead-peer-watch.js';
import { atEndOfTick, now, runAfter } from '../../common/timers.js';
import type { Vetted, Vetting } from '../vetting/vetting.js';
import { beingVetted } from '../vetting/vetting-progress.js';
import { stateOf } from './server-state.js';
import type { RedisServerState } from './server-state.js';
import { isTrusted, NOT_VETTED, MAX_RETRY_MS, PROOF_MS, RENEWAL_MS, RETRY_MS, SCRIPTS } from './session.js';
import type { ServerOptions, Session, TrustedSession } from './session.js';
import { PROVE } from '../vetting/vetting-scripts.js';

/**
 * The connection to one master, and whether it may be used.
 *
 * Only a trusted server is read from, or asked for or given anything that a read could believe later. What ends a
 * generation or opens a key needs a connection only: on a server that is still to be vetted it does no harm, and must
 * not wait.
 */
export class Server {
  session: Session | undefined;
  /** Told when it is vetted, or cannot be. */
  private readonly waiting: (() => void)[] = [];
  private readonly first: FirstAttempt;
  private callOff: () => void = () => undefined;
  private closed = false;
  private readonly unwatch: () => void;
  private readonly commands: DirectCommands;
  private readonly proofs: ScriptRunner;

  constructor(
    readonly redis: Redis,
    private readonly options: ServerOptions,
    /** Where what has to outlive a failover is sent, if that is another connection. */
    readonly durable?: ReplicatedConnection,
  ) {
    this.first = new FirstAttempt(options.timers);
    this.unwatch = watchForDeadPeer(redis, options.timers);
    this.commands = new DirectCommands(redis);
    this.proofs = new ScriptRunner(this.commands, options.dialect);
    redis.on('ready', () => this.begin());
    redis.on('close', () => this.end());
    redis.on('end', () => this.end());
    // There must always be a listener: an 'error' without one would end the process.
    redis.on('error', () => undefined);
  }

  /** Begins to connect, where the client does not by itself. */
  connect(): void {
    startConnecting(this.redis);
    this.durable?.connect();
  }

  /** Neither connected nor about to be. */
  get isLost(): boolean {
    return !['connecting', 'connect', 'ready'].includes(this.redis.status);
  }

  get isTrusted(): boolean {
    return this.session?.vetted !== undefined && this.redis.status === 'ready';
  }

  /** Whether what is open here may have been lost by a server before this one within the last `ms`. */
  changedWithin(ms: number): boolean {
    const vetted = this.session?.vetted;
    return vetted === undefined || now() - vetted.changedAt < ms;
  }

  /**
   * What a command has to wait for before it is sent, if anything: the very first attempt to connect and to vet. When
   * that has failed, and during every later one, commands are refused at once. Nothing waits for longer than its caller
   * does: when a vetting takes long, what is durable is sent, and the rest is told why it is refused.
   */
  awaited(durable: boolean): Promise<void> | undefined {
    const apart = durable ? this.durable?.awaited() : undefined;
    if (apart !== undefined) return apart.then(() => this.awaited(durable));
    return this.isLost ? undefined : this.first.awaited(durable);
  }

  /** Resolves when the running attempt to connect and to vet has ended, either way. */
  async settled(): Promise<void> {
    const decided = this.session?.vetted !== undefined || this.session?.fault !== undefined;
    if (!this.isLost && !decided && !this.closed) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** @param asking for keys of a Cluster slot that is being moved to this server */
  read<T>(send: (commands: DirectCommands) => Promise<T>, asking: boolean): Promise<T> {
    return this.proven(() => {
      if (asking) this.ask();
      return send(this.commands);
    });
  }

  /**
   * What a read answers, once it is known that the server was the vetted master all the time, or was it a moment ago.
   * The proof comes after the reads of its tick, on the same connection; one is enough for all of them.
   */
  proven<T>(read: () => Promise<T>): Promise<T> {
    const session = this.trusted();
    const answer = read();
    const age = this.options.proving ? Number.POSITIVE_INFINITY : now() - session.provenAt;
    if (age < RENEWAL_MS) return answer;
    const proof = this.proof(session);
    if (age >= PROOF_MS) return Promise.all([answer, proof]).then(([found]) => found);
    proof.catch(() => undefined);
    return answer;
  }

  /** `make`: for the server as it is known when it is sent. @throws CasUnavailableError at once, where it cannot be */
  call(make: (server: Vetted) => Command, asking: boolean): Promise<unknown> {
    const { vetted } = this.trusted();
    if (asking) this.ask();
    return this.commands.call(make(vetted));
  }

  async callMany(commands: readonly Command[]): Promise<unknown[]> {
    this.trusted();
    return this.commands.callMany(commands);
  }

  /** For what ends a generation or opens a key. @throws as `call` does */
  callDurably(command: Command, asking: boolean): Promise<unknown> {
    if (this.durable !== undefined) return this.durable.call(command, asking);
    this.connected();
    if (asking) this.ask();
    return this.commands.call(command);
  }

  async callManyDurably(commands: readonly Command[]): Promise<unknown[]> {
    if (this.durable !== undefined) return this.durable.callMany(commands);
    this.connected();
    return this.commands.callMany(commands);
  }

  /** Writes the marker again. Fails in silence: it is tried again soon. */
  async renewMarker(): Promise<void> {
    const { session } = this;
    if (session?.vetted === undefined || this.options.vetting === undefined) return;
    const same = await this.options.vetting.renew(this.commands, session.vetted).catch(() => true);
    if (!same) this.distrust(session, new Error('it is another master than before'));
  }

  /** The server, to be scanned: each page is proven as a read is. */
  scanned(): Master {
    const { commands } = this;
    return {
      scan: (cursor, _, pattern, __, page) =>
        this.proven(() => scanPage(commands, cursor, pattern, page)).catch((cause: unknown) => {
          throw toCacheError(this.options.explained(asError(cause)), this.options.where);
        }),
      cluster: () => clusterNodes(commands),
    };
  }

  /** What is known of it, for an operator. */
  get state(): RedisServerState {
    return stateOf(this.options.where, this.session, now());
  }

  /** Where bumps go, while it is known which server that is. */
  get known(): Vetted | undefined {
    const vetted = this.session?.vetted;
    return this.durable === undefined || this.durable.runId === vetted?.runId ? vetted : undefined;
  }

  /** Lets the server answer what it was asked, and ends the connection. */
  async quit(): Promise<void> {
    this.stop();
    if (this.redis.status === 'ready') await this.redis.quit();
  }

  close(): void {
    this.stop();
    this.durable?.close();
    leave(this.redis);
  }

  private stop(): void {
    this.closed = true;
    this.unwatch();
    this.callOff();
    this.settle();
  }

  private begin(): void {
    if (this.closed || this.redis.status !== 'ready' || this.session !== undefined) return;
    const { vetting } = this.options;
    const session: Session = {
      vetted: vetting ? undefined : NOT_VETTED,
      fault: undefined,
      proof: undefined,
      provenAt: Number.NEGATIVE_INFINITY,
      progress: undefined,
    };
    this.session = session;
    void loadScripts(this.commands, [...SCRIPTS, ...this.options.dialect.besides], this.options.dialect);
    this.options.onReady();
    if (vetting === undefined) return this.settle();
    void this.vet(vetting, session);
    this.first.connected(this.options.deadlineMs());
  }

  private end(): void {
    this.session = undefined;
    this.callOff();
    this.settle();
  }

  private async vet(vetting: Vetting, session: Session, attempt = 1): Promise<void> {
    try {
      const begun = now();
      const vetted = await vetting.vet(this.commands, (progress) => {
        session.progress = progress;
      });
      if (this.session !== session) return;
      session.progress = undefined;
      session.provenAt = begun;
      session.vetted = vetted;
      session.fault = undefined;
      this.options.onReady();
    } catch (error) {
      if (this.session !== session) return;
      session.fault = this.options.explained(asError(error));
      this.settle();
      if (this.closed) return;
      // What led here may lead elsewhere by now: Sentinel, a name, a proxy.
      const again = (): void =>
        error instanceof NotAMasterError ? this.redis.disconnect(true) : void this.vet(vetting, session, attempt + 1);
      this.callOff = runAfter(this.options.timers, Math.min(RETRY_MS * attempt, MAX_RETRY_MS), again);
    }
    this.settle();
  }

  private distrust(session: Session, fault: Error): void {
    const { vetting } = this.options;
    if (this.session !== session || session.vetted === undefined || vetting === undefined) return;
    session.vetted = undefined;
    session.fault = fault;
    void this.vet(vetting, session);
  }

  private proof(session: Session): Promise<void> {
    session.proof ??= new Promise((resolve, reject) => {
      atEndOfTick(() => {
        session.proof = undefined;
        this.prove(session).then(resolve, reject);
      });
    });
    return session.proof;
  }

  private async prove(session: Session): Promise<void> {
    const replId = session.vetted?.replId ?? '?';
    const asked = now();
    const isStill = await this.proofs.run(PROVE, { keys: [], args: [replId] });
    // Unknown scripts are sent again, and that may have been on another connection.
    if (this.session !== session) throw new Error('the connection was lost');
    if (isStill === 1) {
      session.provenAt = asked;
      return;
    }
    const fault = new Error('it is another master than before, and has to be vetted again');
    this.distrust(session, fault);
    throw unavailable(this.options.where, fault);
  }

  private trusted(): TrustedSession {
    const session = this.connected();
    if (isTrusted(session)) return session;
    if (session.fault !== undefined) throw unavailable(this.options.where, session.fault);
    throw beingVetted(this.options.where, session.progress, now());
  }

  private connected(): Session {
    const { session } = this;
    if (session !== undefined && this.redis.status === 'ready') return session;
    throw unavailable(this.options.where, new Error('the connection was lost'));
  }

  private ask(): void {
    this.commands.call(['asking']).catch(() => undefined);
  }

  private settle(): void {
    this.first.over();
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
