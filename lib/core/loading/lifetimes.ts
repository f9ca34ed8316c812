import type { Stamp } from '../../contracts/stamp.js';
import { parseTtl } from '../../common/ttl.js';
import type { ResolvedReadOptions } from '../options/load-options.js';
import type { Freshness } from '../stores/freshness.js';
import type { LoadNotes } from './load-context.js';

export interface Lifetime {
  readonly ttlMs: number;
  /** Only of values that have a soft ttl. */
  readonly stamp: Stamp | undefined;
}

/** "There is none" is out of date as soon as one is made, and the code that makes one often invalidates nothing. */
const NULL_TTL_MS = 30_000;

const LOTS = 8;

/** How long a loaded value lives, and is fresh: as the loader says, or else the options. */
export class Lifetimes {
  constructor(
    private readonly freshness: Freshness,
    private readonly random: () => number,
  ) {}

  /** @throws CasTtlError when the loader has set none */
  of(
    value: unknown,
    reading: ResolvedReadOptions<never>,
    notes: Pick<LoadNotes<never>, 'keys' | 'ttl' | 'fresh'>,
  ): Lifetime {
    const negative = value === null ? (reading.negativeTtlMs ?? Math.min(reading.ttlMs, NULL_TTL_MS)) : undefined;
    const share = reading.jitter === 0 ? 1 : 1 - reading.jitter * this.lot(notes.keys.length > 1);
    const shortened = (ms: number): number => Math.max(1, Math.round(ms * share));
    const ttlMs = shortened(notes.ttl === undefined ? (negative ?? reading.ttlMs) : parseTtl(notes.ttl, 'ctx.ttl'));
    const freshMs = notes.fresh === undefined ? reading.freshMs : parseTtl(notes.fresh, 'ctx.fresh');
    if (freshMs === undefined) return { ttlMs, stamp: undefined };
    return { ttlMs, stamp: this.freshness.stamp(Math.min(ttlMs, shortened(freshMs))) };
  }

  /** In milliseconds. */
  ageOf(stamp: Stamp): number {
    return this.freshness.ageOf(stamp);
  }

  /** Values of one load that are to live equally long are written together: so there are but a few lots. */
  private lot(ofMany: boolean): number {
    const lot = this.random();
    return ofMany ? Math.floor(lot * LOTS) / LOTS : lot;
  }
}
