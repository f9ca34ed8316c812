import { LoadLease } from '../../../lib/core/loading/load-lease.js';
import type { LeaseOptions } from '../../../lib/core/loading/load-lease.js';
import { NamespaceKeys } from '../../../lib/keys/namespace-keys.js';
import { Guard } from '../../../lib/core/support/guard.js';
import type { ReadResult } from '../../../lib/core/stores/backend.js';
import { Miss } from '../../../lib/core/stores/miss.js';
import { Reporter } from '../../../lib/core/support/reporter.js';
import type { HeldLease, LeaseResult } from '../../../lib/core/loading/lease-result.js';
import { CallLog } from './call-log.js';
import { ManualTimers, settled } from './manual-timers.js';
import { RecordedEvents } from './recorded-events.js';
import { Script } from './script.js';
import { ScriptedLeases } from './scripted-leases.js';

export const TIMEOUT = 250;
export const WAIT = 1_000;
/** What the leases of a replica call the key `a`. */
export const NAME = 'single:ns:a';

/** How a wait stands. */
export interface Waiting {
  readonly end: Promise<LeaseResult<string>>;
  /** Undefined while it goes on. */
  taken: LeaseResult<string> | undefined;
}

/** Replicas that are about to load the key `a`: over one store, with one set of leases, on one clock. */
export class Replicas {
  readonly timers = new ManualTimers();
  readonly log = new CallLog();
  readonly events = new RecordedEvents();
  readonly leases = new ScriptedLeases(() => this.timers.now(), this.log);
  readonly store = new Script('store', this.log, 'later');
  /** What a read of the key finds. */
  found: ReadResult<string> = new Miss('absent', 1);
  /** 0: the shortest pauses, 1: the longest. */
  random = 0;
  private made = 0;

  /** One more of them begins to wait. */
  take(options: Partial<LeaseOptions<string>> = {}): Waiting {
    const reporter = new Reporter('ns', [this.events]);
    const guard = new Guard(reporter, TIMEOUT, this.timers);
    const token = `replica-${this.made++}`;
    const lease = new LoadLease(this.leases, new NamespaceKeys('ns'), guard, {
      reporter,
      timers: this.timers,
      tokens: () => token,
      random: () => this.random,
    });
    const read = () => this.store.run('read', ['a'], () => this.found);
    const end = lease.take<string>('a', read, { waitMs: WAIT, ...options });
    const waiting: Waiting = { end, taken: undefined };
    end.then(
      (taken) => (waiting.taken = taken),
      () => undefined,
    );
    return waiting;
  }

  get holder(): string | undefined {
    return this.leases.holder(NAME);
  }

  /** Time goes by, millisecond by millisecond, and what it sets going runs to its end meanwhile. */
  async pass(ms: number): Promise<void> {
    await settled();
    for (let passed = 0; passed < ms; passed++) {
      this.timers.advance(1);
      await settled();
    }
  }

  /** How often the store and the leases were asked. */
  asked(step: string): number {
    return this.log.of(step).length;
  }
}

/** The lease of one that is to load. */
export function leaseOf({ taken }: Waiting): HeldLease {
  if (taken === undefined || 'found' in taken || taken.lease === undefined) throw new Error('it has no lease');
  return taken.lease;
}

/** That it is time to load without a lease. */
export function withoutLease(last: ReadResult<string> | undefined): LeaseResult<string> {
  return { lease: undefined, last };
}
