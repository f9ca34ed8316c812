import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { Database } from './database.js';
import type { Processes } from './processes.js';
import type { Stage } from './stage.js';

/** What may befall the stores. Keys are the callers'. */
export interface Disasters {
  /** The key's generation is evicted or expires. */
  loseGeneration(key: string): Awaitable<void>;
  /** The key's entry is evicted or expires, in every store that holds one. */
  loseValue(key: string): Awaitable<void>;
  /** Everything that is stored outside of a process goes at once; where nothing is, everything inside. */
  flush(): Awaitable<void>;
}

/** Some processes over their stores, made afresh for every schedule. */
export interface World {
  readonly processes: Processes;
  readonly disasters: Disasters;
  /** The stores answer without a step, so that what follows an answer of the database happens when that arrives. */
  readonly answersAtOnce: boolean;
  /** The process begins anew, with nothing but what its stores kept. Its actors are killed by the caller. */
  restart(process: number): Awaitable<void>;
  close(): Awaitable<void>;
}

/** Where entries and generations are kept, and by how many processes. */
export interface Topology {
  readonly name: string;
  open(stage: Stage): Awaitable<World>;
}

/** What an actor sees. */
export interface Scene {
  readonly stage: Stage;
  readonly world: World;
  readonly database: Database;
}

/** An actor as a program names him, before there is a run. */
export interface Role {
  readonly name: string;
  readonly process: number | undefined;
  play(scene: Scene): Promise<void>;
}

/** A few actors, and how the stores stand before they begin. */
export interface Program {
  readonly name: string;
  readonly keys: readonly string[];
  /** Carried out before the actors begin, without any choice. */
  readonly setup?: ((scene: Scene) => Promise<void>) | undefined;
  readonly cast: readonly Role[];
}
