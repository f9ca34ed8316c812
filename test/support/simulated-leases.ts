import type { LoadLeases } from '../../lib/contracts/load-leases.js';

interface Lease {
  readonly token: string;
  readonly until: number;
}

/** Load leases in process, for several caches over one store. Time is told by a clock that the test moves. */
export class SimulatedLeases implements LoadLeases {
  private readonly held = new Map<string, Lease>();

  constructor(private readonly now: () => number) {}

  acquire(key: string, token: string, ms: number): boolean {
    if (this.holder(key) !== undefined) return false;
    this.held.set(key, { token, until: this.now() + ms });
    return true;
  }

  release(key: string, token: string): void {
    if (this.holder(key) === token) this.held.delete(key);
  }

  /** Each key that is somebody's, and whose. */
  all(): [key: string, token: string][] {
    return [...this.held].map(([key, { token }]) => [key, token]);
  }

  /** Whose the key is now. */
  holder(key: string): string | undefined {
    const lease = this.held.get(key);
    if (lease !== undefined && lease.until > this.now()) return lease.token;
    this.held.delete(key);
    return undefined;
  }
}
