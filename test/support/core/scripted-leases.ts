import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { LoadLeases } from '../../../lib/contracts/load-leases.js';
import { SimulatedLeases } from '../simulated-leases.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';

/** Load leases that note what they are asked, answer later, and fail or hang when told to. */
export class ScriptedLeases implements LoadLeases {
  readonly script: Script;
  private readonly leases: SimulatedLeases;

  constructor(now: () => number, log: CallLog) {
    this.leases = new SimulatedLeases(now);
    this.script = new Script('leases', log, 'later');
  }

  acquire(key: string, token: string, ms: number): Awaitable<boolean> {
    return this.script.run('acquire', [key], () => this.leases.acquire(key, token, ms));
  }

  release(key: string, token: string): Awaitable<void> {
    return this.script.run('release', [key], () => this.leases.release(key, token));
  }

  /** Whose the key is now. Not noted. */
  holder(key: string): string | undefined {
    return this.leases.holder(key);
  }

  /** Its holder gives it back now. Not noted. */
  free(key: string): void {
    const holder = this.holder(key);
    if (holder !== undefined) this.leases.release(key, holder);
  }

  /** Somebody else has it now, for so long. Not noted. */
  occupy(key: string, ms: number): void {
    this.leases.acquire(key, 'somebody', ms);
  }
}
