/**
 * When the value of an entry was loaded, and for how long it counts as fresh: past that it may still be served, until
 * its ttl, while a newer one is loaded.
 */
export interface Stamp {
  /** Milliseconds since 1970, by the clock of the process that stored it. */
  readonly storedAt: number;
  /** Milliseconds, positive. */
  readonly freshMs: number;
}
