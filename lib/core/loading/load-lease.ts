import type { Awaitable } from '../../contracts/awaitable.js';
import type { LoadLeases } from '../../contracts/load-leases.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { RefreshableHit } from '../stores/hits.js';
import type { Hit } from '../stores/hits.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import type { Guard } from '../support/guard.js';
import type { ReadResult } from '../stores/backend.js';
import { LeaseWait } from './lease-wait.js';
import type { HeldLease, LeaseResult } from './lease-result.js';

export interface LeaseOptions<V> {
  /** How long another replica's fill is waited for at most, in milliseconds, and how long the lease lasts. */
  readonly waitMs: number;
  /** Ends the wait: `take` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a hit makes the load needless. Default: unless it is past its soft ttl. */
  readonly enough?: ((hit: V | Hit<V>) => boolean) | undefined;
}

/**
 * Sees to it that of all replicas one loads a key, as a rule. A courtesy: when a lease cannot be had, or the replica
 * that has it takes too long or is gone, the load begins without one. Generations alone decide whether it fills.
 *
 * Not to be asked where nothing can be filled (see `mayBeFilled`): others would wait for it in vain.
 */
export class LoadLease {
  constructor(
    private readonly leases: LoadLeases,
    private readonly keys: NamespaceKeys,
    private readonly guard: Guard,
    private readonly environment: CacheEnvironment,
  ) {}

  /**
   * Waits until the key is to be loaded here, or need not be any more; for `waitMs` at most.
   *
   * A hit is what the key held at some time since the call. To a caller that came later it proves nothing: that one
   * reads by itself.
   *
   * @param read one read of the key, within its own deadline
   * @throws nothing but the signal's reason
   */
  take<V>(key: string, read: () => Awaitable<ReadResult<V>>, options: LeaseOptions<V>): Promise<LeaseResult<V>> {
    const { waitMs, enough = isYoung } = options;
    const { timers, random } = this.environment;
    const token = this.environment.tokens();
    const steps = {
      acquire: () => this.ask(key, async () => this.leases.acquire(this.keys.value(key), token, waitMs)),
      read: () => this.read(key, read),
      enough,
    };
    return new LeaseWait<V>(steps, this.lease(key, token), timers, random).run(waitMs, options.signal);
  }

  private lease(key: string, token: string): HeldLease {
    let held = true;
    return {
      release: () => {
        if (held) void this.ask(key, async () => this.leases.release(this.keys.value(key), token));
        held = false;
      },
    };
  }

  private async read<V>(key: string, read: () => Awaitable<ReadResult<V>>): Promise<ReadResult<V> | undefined> {
    try {
      return await read();
    } catch (cause) {
      this.environment.reporter.fault('get', key, cause);
      return undefined;
    }
  }

  /** Within the deadline. `undefined` for a fault, which was reported. */
  private ask<T>(key: string, call: () => Promise<T>): Promise<T | undefined> {
    return this.guard.within<T | undefined>('lease', key, call(), () => undefined);
  }
}

function isYoung<V>(hit: V | Hit<V>): boolean {
  return !(hit instanceof RefreshableHit && hit.expired);
}
