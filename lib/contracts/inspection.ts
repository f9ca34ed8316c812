import type { GenerationReading } from './generation.js';

/** One copy of an entry, found by a look that counts as no use of it. */
export interface InspectedEntry<S = unknown> {
  readonly entry: S;
  /** Milliseconds; infinite where it does not expire, `undefined` where the provider does not tell. */
  readonly remainingMs: number | undefined;
  /** The name of the tier that has it, where the provider is made of several. */
  readonly tier?: string | undefined;
}

/** The generation of a key, found by a look that counts as no use of it. */
export interface InspectedGeneration {
  readonly reading: GenerationReading;
  /** Writers that have the key open and whose time has not run out. `undefined` where the store does not tell. */
  readonly writers?: number | undefined;
  /** How many milliseconds the last of them still has, unless it renews its lease. */
  readonly openForMs?: number | undefined;
}
