import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { Database } from './database.js';
import type { Judge, Promised } from './judge.js';
import type { Processes } from './processes.js';
import type { Sent } from './simulated-server.js';
import type { Stage, StepName } from './stage.js';

/** What may befall the stores. Keys are the callers'. */
export interface Disasters {
  /** The key's generation is evicted or expires. */
  loseGeneration(key: string): Awaitable<void>;
  /** The key's entry is evicted or expires, in every store that holds one. */
  loseValue(key: string): Awaitable<void>;
  /** Everything that is stored outside of a process goes at once; where nothing is, everything inside. */
  flush(): Awaitable<void>;
  /** Where the tags of a namespace are outside of a process: their clock, or what was invalidated, is lost. */
  loseTagClock?(): Awaitable<void>;
  loseTagTable?(): Awaitable<void>;
  /** The oldest invalidation of a tag is forgotten. */
  pruneTags?(): Awaitable<void>;
  /** Both are lost, and the clock of the server is set back, to numbers that it has not issued. */
  setTagsBack?(): Awaitable<void>;
}

/** A server whose state can be looked at, so that what may befall it is known at every point. Keys are storage keys. */
export interface Exposed {
  readonly sent: readonly Sent[];
  plain(): readonly string[];
  open(): readonly string[];
  held(): readonly string[];
  tokens(): readonly { readonly key: string; readonly token: string }[];
  loseCell(key: string): Awaitable<void>;
  loseValue(key: string): Awaitable<void>;
  lapse(key: string, token: string): Awaitable<void>;
  /** Begins anew, with nothing; every client knows it. */
  restart(): void;
  /** After a restart: the tokens that were lost, until `recover`, when a lease has passed. */
  readonly lost: readonly string[] | undefined;
  recover(): Awaitable<void>;
  /** Whether a command leaves something behind. */
  changes(name: StepName): boolean;
}

/** The frames of single entries, under the callers' keys. */
export interface Frames {
  put(key: string, frame: Uint8Array): Awaitable<void>;
  get(key: string): Awaitable<Uint8Array | undefined>;
}

/** Some processes over their stores, made afresh for every schedule. */
export interface World {
  readonly processes: Processes;
  readonly disasters: Disasters;
  /** What is stored for a key. A world that keeps values has no frames. */
  readonly frames?: Frames | undefined;
  /** For troubles. A world without it has none. */
  readonly server?: Exposed | undefined;
  /** The stores answer without a step, so that what follows an answer of the database happens when that arrives. */
  readonly answersAtOnce: boolean;
  /** No process has a store of its own. */
  readonly keepsNothing?: boolean | undefined;
  /** The state of what is in no process. Without it, states cannot be told apart. */
  text?(): string;
  /** The process begins anew, with nothing but what its stores kept. Its actors are killed by the caller. */
  restart(process: number): Awaitable<void>;
  close(): Awaitable<void>;
}

/** Where entries and generations are kept, and by how many processes. */
export interface Topology {
  readonly name: string;
  /** Answers come over sockets. */
  readonly sockets?: boolean;
  /** It has states that can be told apart, so that a search need play the rest from each of them only once. */
  readonly hasStates?: boolean;
  /** What ends a generation ends the entry in the same step, so that no read finds one that is out of date. */
  readonly neverHeals?: boolean;
  open(stage: Stage): Awaitable<World>;
}

/** What an actor sees. */
export interface Scene {
  readonly stage: Stage;
  readonly world: World;
  readonly database: Database;
  readonly judge: Judge;
}

/** An actor as a program names him, before there is a run. */
export interface Role {
  readonly name: string;
  readonly process: number | undefined;
  /** Roles alike do the same, in whichever process. */
  readonly alike?: string | undefined;
  /** There is something that begins when something else has ended. */
  readonly goesOn?: boolean | undefined;
  play(scene: Scene): Promise<void>;
}

/** How often what befalls a run, at any point of it or not at all. */
export interface Troubles {
  /** Processes that die in the middle of something, of these. */
  readonly crashes?: { readonly most: number; readonly of: readonly number[] };
  /** Commands that are carried out a second time, at any later point, as by a client that lost the reply. */
  readonly repeated?: number;
  /** Commands that fail for whoever sent them. They are carried out all the same: then, later, or never. */
  readonly lost?: number;
  /** Tokens that run out although their writer is at work. Those of writers who are gone always may. */
  readonly outlasted?: number;
  readonly lostGenerations?: number;
  readonly lostOpenCells?: number;
  readonly lostValues?: number;
  /** The server begins anew, with nothing. */
  readonly restarts?: number;
}

/** A few actors, and how the stores stand before they begin. */
export interface Program {
  readonly name: string;
  readonly keys: readonly string[];
  /** Carried out before the actors begin, without any choice. */
  readonly setup?: ((scene: Scene) => Promise<void>) | undefined;
  readonly cast: readonly Role[];
  readonly troubles?: Troubles | undefined;
  /** Processes that are not read from in the end: what they hold may be old without anything being wrong. */
  readonly unasked?: readonly number[] | undefined;
  /** Default: G1. */
  readonly promised?: Promised | undefined;
  /** When nothing else can happen and somebody waits, time passes. Without it, that is an error. */
  readonly timePasses?: boolean | undefined;
}
