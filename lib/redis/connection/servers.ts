import type { Redis } from 'ioredis';
import type { KnownServer } from '../scripts/redis-follower.js';
import type { Command } from '../scripts/script-runner.js';
import type { Server } from './server.js';

/** Sends to a server. `asking`: the key is on its way to it, from one Cluster node to another. */
export type Send<T> = (server: Server, asking: boolean) => Promise<T>;

/** A command made for the server that it goes to. Where replicas are waited for, they have what it did. */
export function toKnown(make: (server: KnownServer) => Command): Send<unknown> {
  return (server, asking) =>
    server.durable?.callKnown(() => server.known && make(server.known)) ?? server.call(make, asking);
}

/** The servers that one connection leads to, and which of them has a key. */
export interface Servers {
  /** Begins to connect. Called once. */
  connect(): void;
  /** Undefined while no server is known to have the key. */
  of(name: string): Server | undefined;
  /**
   * Sends to the server that has the key, and to another where that one says so. `durable`: what ends a generation or
   * opens a key.
   */
  route<T>(name: string, durable: boolean, send: Send<T>): Promise<T>;
  /** Every one that may hold keys. */
  all(): readonly Server[];
  /** Asks anew which server has what. */
  refresh(): Promise<void>;
  /** Resolves when each is usable, or known not to be. */
  settled(): Promise<void>;
  close(): void;
}

/** Redis alone, or the master that Sentinel names. */
export class OnlyServer implements Servers {
  private readonly servers: readonly [Server];

  constructor(server: Server) {
    this.servers = [server];
  }

  connect(): void {
    this.servers[0].connect();
  }

  of(): Server {
    return this.servers[0];
  }

  route<T>(_: string, durable: boolean, send: Send<T>): Promise<T> {
    const [server] = this.servers;
    const awaited = server.awaited(durable);
    return awaited === undefined ? send(server, false) : awaited.then(() => send(server, false));
  }

  all(): readonly Server[] {
    return this.servers;
  }

  async refresh(): Promise<void> {
    // There is but one.
  }

  settled(): Promise<void> {
    return this.servers[0].settled();
  }

  close(): void {
    this.servers[0].close();
  }
}

/** Makes the connection to a server. */
export type Serve = (redis: Redis, where: string) => Server;
