import type { Announcing, ReadLeaseMember, ReadLeases, ReadLeaseUser } from '../../../lib/contracts/read-leases.js';
import type { Rig, RigOptions } from './rig.js';
import type { Topology } from './topologies.js';

/** Leases that a spec gives and takes by hand. */
export class HandLeases implements ReadLeases {
  user: ReadLeaseUser | undefined;
  epoch = 1;
  holds = true;
  time = 0;
  readonly announced: Announcing[] = [];
  /** What an announcement comes to. */
  tell: () => Promise<() => Promise<void>> = async () => async () => undefined;

  join(user: ReadLeaseUser): ReadLeaseMember {
    this.user = user;
    const { announced } = this;
    const epoch = (): number => this.epoch;
    return {
      get epoch() {
        return epoch();
      },
      proofMs: 10_000,
      now: () => this.time,
      within: () => (this.holds ? this.time : -1),
      announce: (what) => {
        announced.push(what);
        return this.tell();
      },
      endEpoch: () => void this.epoch++,
      stats: () => ({}) as ReturnType<ReadLeaseMember['stats']>,
      close: async () => undefined,
    };
  }
}

/** A cache whose read lease is given and taken by hand. */
export function leased(topology: Topology, leases: HandLeases, options: RigOptions = {}): Rig {
  const rig = topology.rig({ namespace: 'user' });
  Object.assign(rig.generations, { readLeases: leases });
  return Object.assign(rig, { cache: rig.another({ readLease: true, ...options }) });
}
