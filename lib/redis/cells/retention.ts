import { CasTtlError } from '../../errors.js';

export interface RetentionOptions {
  /** Milliseconds that a load may take to fill what it took a snapshot for. Default 60,000. */
  readonly fillDeadline?: number | undefined;
  /**
   * Milliseconds that a generation is kept at least. By default it lives as long as it is needed: for the fill deadline,
   * and with an entry for the entry's ttl besides. Any value is safe; a longer one keeps memory in use and spares a
   * write when a key comes back.
   */
  readonly ttl?: number | undefined;
}

const FILL_DEADLINE_MS = 60_000;
/** 100 years. Redis refuses an expiry that does not fit into its clock. */
const MAX_MS = 100 * 365 * 86_400_000;

/** How long generations live, in whole milliseconds. Losing one early costs a miss, never a stale hit. */
export class Retention {
  readonly fillDeadline: number;
  /** What a snapshot or a bump leaves at least. */
  readonly issued: number;

  constructor(options: RetentionOptions) {
    this.fillDeadline = duration('fillDeadline', options.fillDeadline ?? FILL_DEADLINE_MS);
    this.issued = wholeMs(Math.max(this.fillDeadline, duration('ttl', options.ttl ?? this.fillDeadline)));
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

function duration(option: string, ms: number): number {
  if (ms > 0) return ms;
  throw new CasTtlError(`\`${option}\` is ${ms}: give a positive number of milliseconds, or leave it out.`);
}
