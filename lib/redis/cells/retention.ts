import { FILL_DEADLINE_MS } from '../../common/fill-deadline.js';
import { duration } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionOwner, OptionTable } from '../../common/options/option.js';
import type { Ttl } from '../../common/ttl.js';

export interface RetentionOptions {
  /** How long a load may take to fill what it took a snapshot for. Default `'60s'`. */
  readonly fillDeadline?: Ttl | undefined;
  /**
   * How long a generation is kept at least. By default it lives as long as it is needed: for the fill deadline, and
   * with an entry for the entry's ttl besides. Any value is safe, `Infinity` too; a longer one keeps memory in use and
   * spares a write when a key comes back.
   */
  readonly ttl?: Ttl | undefined;
}

const RETENTION = new Options({
  fillDeadline: duration(FILL_DEADLINE_MS, { endless: true }),
  ttl: duration(undefined, { endless: true }),
} satisfies OptionTable<RetentionOptions>);

const STORE = { name: (option: string): string => `\`${option}\` of RedisGenerationStore` };

/** 100 years. Redis refuses an expiry that does not fit into its clock. */
const MAX_MS = 100 * 365 * 86_400_000;

/** How long generations live, in whole milliseconds. Losing one early costs a miss, never a stale hit. */
export class Retention {
  private longestLoad: number;
  private least: number;

  /** @throws CasTtlError */
  constructor(options: RetentionOptions, onShort?: OptionOwner['onShort']) {
    const { fillDeadlineMs, ttlMs } = RETENTION.resolve(options, { ...STORE, onShort });
    this.longestLoad = fillDeadlineMs;
    this.least = wholeMs(Math.max(fillDeadlineMs, ttlMs ?? fillDeadlineMs));
  }

  get fillDeadline(): number {
    return this.longestLoad;
  }

  /** What a snapshot or a bump leaves at least. */
  get issued(): number {
    return this.least;
  }

  /** Loads may take so long, in milliseconds. */
  expectLoads(ms: number): void {
    this.longestLoad = Math.max(this.longestLoad, ms);
    this.least = Math.max(this.least, wholeMs(ms));
  }

  /** What a fill leaves at least, so that an expired entry still finds its generation. */
  filled(ttlMs: number): number {
    return Math.max(this.issued, wholeMs(ttlMs + this.fillDeadline));
  }
}

/** Rounded up, so that nothing lives too short, and never 0, which would delete at once. */
export function wholeMs(ms: number): number {
  return Math.min(Math.max(1, Math.ceil(ms)), MAX_MS);
}
