import type { Cluster, Redis } from 'ioredis';
import { now } from '../../common/timers.js';
import { startConnecting } from './start-connecting.js';
import { keySlot } from '../cells/key-slot.js';
import { reconnectDelay } from './protocol-options.js';
import type { Server } from './server.js';
import type { Send, Serve, Servers } from './servers.js';

/** A slot moves once in a while, and its keys from one node to one other. */
const MAX_REDIRECTIONS = 5;
/** A Cluster that is down is not asked for its slots by every command that fails. */
const REFRESH_MS = 100;

/**
 * The masters of a Cluster. ioredis knows which master has which slot; the connections are ours.
 *
 * ioredis would send commands to a node before anything is known of it, follow a redirection there, send what belongs
 * together to two nodes, hold commands back while it connects, and try a random node, replicas included, where it knows
 * none. So each command goes to a master that was chosen here, and one that leads to a master yet unknown waits until
 * that has been connected to and vetted.
 */
export class ClusterServers implements Servers {
  private servers = new Map<string, Server>();
  private refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly cluster: Cluster,
    private readonly serve: Serve,
  ) {
    cluster.on('ready', () => this.update());
    cluster.on('refresh', () => this.update());
  }

  connect(): void {
    startConnecting(this.cluster);
  }

  of(name: string): Server | undefined {
    return this.servers.get(this.cluster.slots[keySlot(name)]?.[0] ?? '');
  }

  async route<T>(name: string, durable: boolean, send: Send<T>): Promise<T> {
    let [server, asking] = [this.of(name), false];
    for (let left = MAX_REDIRECTIONS; ; left--) {
      if (server === undefined) throw new Error('no master is known to have the slot of the key');
      await server.awaited(durable);
      try {
        return await send(server, asking);
      } catch (error) {
        const redirection = redirectionOf(error);
        if (redirection === undefined || left === 0) throw error;
        asking = redirection.kind === 'ASK';
        if (!asking) this.refreshSoon();
        server = this.at(this.mapped(redirection.address, server));
      }
    }
  }

  all(): readonly Server[] {
    return [...this.servers.values()];
  }

  async refresh(): Promise<void> {
    this.refreshedAt = now();
    await new Promise<void>((resolve, reject) => {
      this.cluster.refreshSlotsCache((fault) => (fault ? reject(fault) : resolve()));
    });
  }

  /** At most one in a while. When no node answers, the Cluster is looked for where it was first. */
  refreshSoon(): void {
    if (this.cluster.status !== 'ready' || now() - this.refreshedAt < REFRESH_MS) return;
    this.refresh().catch(() => {
      const isLost = this.cluster.status === 'ready' && !this.all().some(({ isTrusted }) => isTrusted);
      if (isLost) this.cluster.disconnect(true);
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.all().map((server) => server.settled()));
  }

  close(): void {
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
    this.cluster.disconnect();
  }

  /**
   * Keeps, besides the masters that have slots, those without any that slots are just being moved to, and those that
   * answer as masters whatever a node that has not heard of it yet may say.
   */
  private update(): void {
    if (this.cluster.status !== 'ready') return;
    const masters = new Set(this.cluster.nodes('master').map(addressOf));
    const others = new Set(this.cluster.nodes('slave').map(addressOf));
    for (const [address, server] of this.servers) {
      if (masters.has(address) || server.isTrusted || (!server.isLost && !others.has(address))) continue;
      server.close();
      this.servers.delete(address);
    }
    for (const address of masters) this.at(address);
  }

  private at(address: string): Server {
    const known = this.servers.get(address);
    if (known !== undefined) return known;
    const colon = address.lastIndexOf(':');
    const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
    // Credentials and TLS are the same for all nodes.
    const nodes = this.cluster.nodes();
    const like = nodes.find((node) => addressOf(node) === address) ?? nodes[0];
    if (like === undefined) throw new Error('no node of the Cluster is known');
    const redis = like.duplicate({
      host,
      port,
      lazyConnect: false,
      enableOfflineQueue: false,
      readOnly: false,
      retryStrategy: reconnectDelay,
    });
    const server = this.serve(redis, `Redis Cluster node ${address}`);
    this.servers.set(address, server);
    return server;
  }

  /** The address as this process reaches it. Without a host, it is the host of the server that answered. */
  private mapped(address: string, from: Server): string {
    const { natMap } = this.cluster.options;
    const mapped = typeof natMap === 'function' ? natMap(address) : natMap?.[address];
    if (mapped) return `${mapped.host}:${mapped.port}`;
    return address.startsWith(':') ? `${from.redis.options.host}${address}` : address;
  }
}

function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

function redirectionOf(error: unknown): { kind: string; address: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, kind, address] = /^(MOVED|ASK) \d+ (\S+)/.exec(error.message) ?? [];
  return kind !== undefined && address !== undefined ? { kind, address } : undefined;
}
