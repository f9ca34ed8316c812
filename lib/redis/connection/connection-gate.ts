import type { Cluster, Redis } from 'ioredis';
import { unavailable } from '../scripts/redis-errors.js';
import { RefusedDatabaseError, refusedDatabase } from './refused-database.js';

/**
 * Says whether commands may be sent now, and has the first of them connect. They wait only while the very first
 * connection is being made; as soon as that attempt has failed, and during every later loss, they are refused at once.
 * What is known of each server is another matter.
 */
export class ConnectionGate {
  private state: 'first' | 'open' | 'shut' | 'closed' = 'first';
  private lastError: Error | undefined;
  private isAwake = false;
  private readonly first: Promise<void>;
  private settleFirst: () => void = () => undefined;

  constructor(
    private readonly client: Redis | Cluster,
    private readonly where: string,
    /** Begins to connect. */
    private readonly connect: () => void,
  ) {
    this.first = new Promise((resolve) => {
      this.settleFirst = resolve;
    });
    client.on('ready', () => this.admit());
    for (const event of ['close', 'reconnecting', 'end']) client.on(event, () => this.lost());
    // There must always be a listener: an 'error' without one would end the process.
    client.on('error', (error: Error) => this.failed(error));
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Resolves when a command may be sent. */
  async pass(): Promise<void> {
    if (this.state === 'first') await this.attempted();
    if (this.state !== 'open') throw unavailable(this.where, this.reason());
  }

  /** Sends when a command may be sent: at once where it may be now. */
  through<T>(send: () => Promise<T>): Promise<T> {
    return this.isOpen ? send() : this.pass().then(send);
  }

  /** Connects, unless that was begun before. Resolves when the first attempt has ended, either way. */
  attempted(): Promise<void> {
    if (!this.isAwake && this.state === 'first') {
      this.isAwake = true;
      this.connect();
    }
    return this.first;
  }

  close(): void {
    this.become('closed');
  }

  private admit(): void {
    if (this.client.status !== 'ready') return;
    this.lastError = undefined;
    this.become('open');
  }

  private lost(): void {
    this.lastError ??= new Error('the connection was lost');
    this.become('shut');
  }

  /** Sentinels that cannot be reached are retried within one attempt that never ends: the error is its only sign. */
  private failed(error: Error): void {
    const refusal = refusedDatabase(error);
    // What fails because the connection is left then says less. A failure to connect has a code.
    const saysMore = refusal !== undefined || 'code' in error || !(this.lastError instanceof RefusedDatabaseError);
    if (saysMore) this.lastError = refusal ?? error;
    if (this.state === 'first') this.become('shut');
    // Before it is ready: nothing is to be sent there.
    if (refusal !== undefined) this.client.disconnect(true);
  }

  private become(state: 'open' | 'shut' | 'closed'): void {
    if (this.state === 'closed') return;
    this.state = state;
    this.settleFirst();
  }

  private reason(): Error | undefined {
    if (this.state === 'closed') return new Error('the connection was closed');
    return this.lastError;
  }
}
