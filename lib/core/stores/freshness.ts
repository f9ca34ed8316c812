import type { Generation } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';

/** `early`: still fresh, but picked to be loaded anew before it no longer is. */
export type Age = 'fresh' | 'early' | 'expired';

const TWO_TO_32 = 0x1_0000_0000;

/**
 * Stamps entries that have a soft ttl, and judges stamps by the wall clock, since the process that stored an entry may
 * be another than the one that reads it.
 */
export class Freshness {
  /**
   * @param earlyRefresh the share of the soft ttl from which on an entry may be early
   * @param seed of this process, so that replicas do not all refresh a key at the same moment
   */
  constructor(
    private earlyRefresh = 1,
    private readonly timers: Timers = SYSTEM_TIMERS,
    private readonly seed = Math.floor(Math.random() * TWO_TO_32),
  ) {}

  stamp(freshMs: number): Stamp {
    return { storedAt: Math.max(0, Math.floor(this.now())), freshMs: Math.max(1, Math.ceil(freshMs)) };
  }

  /** Of what is stored now, where the namespace has a soft ttl. */
  stampOf({ freshMs }: { readonly freshMs: number | undefined }): Stamp | undefined {
    return freshMs === undefined ? undefined : this.stamp(freshMs);
  }

  /** A call refreshes from this share on: hits are looked at as early as the earliest of them wants. */
  heed(share: number | undefined): void {
    if (share !== undefined && share < this.earlyRefresh) this.earlyRefresh = share;
  }

  /**
   * A clock that is behind the one which stamped the entry makes it new, not older than it is.
   *
   * @param share of the soft ttl from which on it may be early. Default: the earliest that any caller wants
   */
  judge(key: string, generation: Generation, stamp: Stamp, share = this.earlyRefresh): Age {
    const { storedAt, freshMs } = stamp;
    const age = this.ageOf(stamp);
    if (age >= freshMs) return 'expired';
    if (age < freshMs * share) return 'fresh';
    const threshold = share + (1 - share) * this.lot(key, generation + storedAt);
    return age >= freshMs * threshold ? 'early' : 'fresh';
  }

  /** In milliseconds. */
  ageOf({ storedAt }: Stamp): number {
    return Math.max(0, this.now() - storedAt);
  }

  private now(): number {
    return this.timers.wall?.() ?? Date.now();
  }

  /** A number from 0 to below 1: the same each time in one process, and unlike that of another entry or process. */
  private lot(key: string, number: number): number {
    let hash = mix(mix(this.seed ^ number) ^ Math.floor(number / TWO_TO_32));
    // FNV-1a over UTF-16 units: cheap, and good enough once it was mixed.
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x0100_0193);
    return (mix(hash) >>> 0) / TWO_TO_32;
  }
}

/** The finalizer of MurmurHash3: every bit of what comes in moves about half of what comes out. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
