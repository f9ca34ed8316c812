import { randomBytes } from 'node:crypto';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { ReadLeaseMember, ReadLeases, ReadLeaseUser } from '../../contracts/read-leases.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { LeaseMember } from './member.js';
import { RedisLeaseWire } from './redis-lease-wire.js';
import { RegistryWatch } from './registry-watch.js';
import { DELTA_MS } from './wire.js';

/** Read leases of the namespaces on one connection. */
export class RedisReadLeases implements ReadLeases {
  private readonly members = new Set<LeaseMember>();
  private isFollowing = false;
  private watch: RegistryWatch | undefined;

  /** @param deltaMs for tests: all processes have to have the same */
  constructor(
    private readonly connection: RedisConnection,
    private readonly timers: Timers = SYSTEM_TIMERS,
    private readonly deltaMs = DELTA_MS,
  ) {}

  get refusal(): string | undefined {
    const { isCluster, failover } = this.connection;
    if (isCluster) return 'a Redis Cluster has none yet';
    if (failover.onFailover === 'trust') {
      return "with onFailover: 'trust' it is not known which server a lease was had from: leave that out";
    }
    return undefined;
  }

  join(user: ReadLeaseUser): ReadLeaseMember {
    const { timers, deltaMs } = this;
    const names = { namespace: user.namespace, writer: token(), token, deltaMs, timers };
    const wire = new RedisLeaseWire(this.connection, names);
    const member: LeaseMember = new LeaseMember(wire, user, {
      timers,
      deltaMs,
      token,
      onClosed: () => this.members.delete(member),
    });
    this.follow();
    this.members.add(member);
    // With the first connection of the application, not before: one that is never started keeps nothing open.
    if (this.connection.nodes.all().some(({ isTrusted }) => isTrusted)) member.subscribe();
    return member;
  }

  async probe(): Promise<string | undefined> {
    const refused = await Promise.all([...this.members].map((member) => member.probe()));
    return refused.find((one) => one !== undefined);
  }

  notice(namespace: string, found: () => void): { close(): void } {
    // Its servers come and go, and none of them has a registry yet.
    if (this.connection.isCluster) return { close: () => undefined };
    this.watch ??= new RegistryWatch(this.connection, this.timers);
    return this.watch.add(namespace, found);
  }

  /** One listener for all namespaces. */
  private follow(): void {
    if (this.isFollowing) return;
    this.isFollowing = true;
    for (const { redis } of this.connection.nodes.all()) {
      redis.on('ready', () => {
        for (const member of this.members) member.connected();
      });
    }
  }
}

function token(): string {
  return randomBytes(12).toString('base64url');
}
