import type { Arena, ArenaName } from '../arenas/arena.js';
import type { Observer } from '../observer/observer.js';
import type { ReadWatch } from '../observer/read-watch.js';
import type { Tally } from '../observer/tally.js';
import type { Random } from '../random.js';

/** Where a fault happens. */
export interface Scene<A extends Arena = Arena> {
  readonly arena: A;
  readonly observer: Observer;
  readonly random: Random;
  readonly tally: Tally;
  /** Starts a replica of the application. */
  readonly startReplica: (replica: number) => Promise<void>;
}

/** What became of writes of ours. */
export interface Writes {
  readonly landed: number;
  /** Committed, and the invalidation threw. */
  readonly unannounced: number;
  /** Not begun, because their keys could not be closed. */
  readonly refused: number;
}

/** What there is to say of one injection. */
export interface Injected {
  readonly note: string;
  /** Reads of a time in which Redis answered nothing at all: what the cache may cost them is bounded. */
  readonly frozen?: ReadWatch;
  /** Of a time in which more was written than usual, and how many connections were killed in it, one by one. */
  readonly writes?: Writes & { readonly kills?: number };
}

export interface Fault {
  readonly name: string;
  readonly arena: ArenaName;
  /** Resolves when what was broken works again. */
  inject(scene: Scene): Promise<Injected>;
}

/** A fault of one arena. */
export function fault<N extends ArenaName>(
  arena: N,
  name: string,
  inject: (scene: Scene<Extract<Arena, { name: N }>>) => Promise<Injected>,
): Fault {
  return { name, arena, inject: (scene) => inject(scene as Scene<Extract<Arena, { name: N }>>) };
}
