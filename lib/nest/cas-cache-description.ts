import type { CasTopology } from './module-options.js';

/** What an application's caches are, for a line at start and for code. Nothing of it is secret. */
export interface CasCacheDescription {
  readonly topology: CasTopology;
  /** Names the Redis, without user and password. `undefined` where none was asked for. */
  readonly server: string | undefined;
  /** Sorted. */
  readonly namespaces: readonly string[];
  /** What is switched off or weakened by an option, such as `enabled: false of "user"`. */
  readonly off: readonly string[];
}
