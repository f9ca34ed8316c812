// What the observer and a replica of the application say to each other, as JSON.

export const TOPOLOGIES = ['redis', 'near', 'tiered'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** Those whose hits may be answered from memory, under read leases. */
const LEASED = ['near+leases', 'tiered+leases'] as const;
type Leased = (typeof LEASED)[number];

/**
 * The ways of caching that are watched: each topology, plainly, with write intents, and with invalidations of tags in
 * the place of those of keys; some under read leases, each of these ways; and the control.
 */
export type Contender =
  | Topology
  | `${Topology}+intents`
  | `${Topology}+tags`
  | Leased
  | `${Leased}+intents`
  | `${Leased}+tags`
  | 'cache-aside';
export const OURS: readonly Contender[] = [
  ...TOPOLOGIES.flatMap((topology) => [topology, `${topology}+intents`, `${topology}+tags`] as const),
  ...LEASED.flatMap((leased) => [leased, `${leased}+intents`, `${leased}+tags`] as const),
];
export const CONTENDERS: readonly Contender[] = [...OURS, 'cache-aside'];

export function hasIntents(contender: Contender): boolean {
  return contender.endsWith('+intents');
}

export function hasTags(contender: Contender): boolean {
  return contender.endsWith('+tags');
}

export function hasLeases(contender: Contender): boolean {
  return contender.includes('+leases');
}

/** The namespace of each in its application. */
export const NAMESPACES = {
  plain: 'row',
  intents: 'guarded',
  tags: 'tagged',
  leases: 'leased',
  leasesAndIntents: 'leased-guarded',
  leasesAndTags: 'leased-tagged',
} as const;

/** The deadline of one operation on the stores, in milliseconds. */
export const DEADLINE_MS = 250;
/** How long a crashed writer keeps its keys closed. */
export const LEASE_MS = 1_500;

/** What a replica is started with. */
export interface ReplicaSettings {
  readonly replica: number;
  readonly databasePort: number;
  /** Where Redis is, for the module. */
  readonly redis: Readonly<Record<string, unknown>>;
  /** The folder of the build that it runs. `undefined`: the working tree's. */
  readonly build?: string | undefined;
  /** Whether all builds know tags. */
  readonly tags: boolean;
  /** Whether there are contenders with read leases. */
  readonly leases: boolean;
  /** More options of the module. */
  readonly options: Readonly<Record<string, unknown>>;
}

export type Request =
  | { readonly op: 'read'; readonly id: number; readonly contender: Contender; readonly rows: readonly string[] }
  | { readonly op: 'write'; readonly id: number; readonly contender: Contender; readonly row: string }
  /** Say of each contender when it has served its next hit. */
  | { readonly op: 'mark'; readonly id: number }
  /** Say what this process holds, after a collection. */
  | { readonly op: 'vitals'; readonly id: number }
  /** End by yourself. */
  | { readonly op: 'close'; readonly id: number };

/** What became of a write. `unannounced`: committed, and the invalidation failed. `refused`: not begun. */
export type WriteOutcome = 'acknowledged' | 'unannounced' | 'refused';

export interface ReadReply {
  readonly re: 'read';
  readonly id: number;
  /** Of the rows that were asked for, in their order. */
  readonly versions: readonly number[];
  /** Which of them came from the cache. */
  readonly hits: readonly boolean[];
  /**
   * How long the call took, and for how much of that the source was asked for the row, by this call or one it may have
   * waited for.
   */
  readonly ms: number;
  readonly sourceMs: number;
  /** The longest that this process kept its own timers waiting since the last mark. */
  readonly lagMs: number;
  readonly breakerOpen: boolean;
}

/** What a process of the application holds. */
export interface ReplicaVitals {
  readonly pid: number;
  readonly heapBytes: number;
  /** What keeps it alive, but for timers. */
  readonly handles: number;
}

export type Reply =
  | { readonly re: 'ready' }
  | { readonly re: 'vitals'; readonly id: number; readonly vitals: ReplicaVitals }
  | ReadReply
  | {
      readonly re: 'write';
      readonly id: number;
      readonly outcome: WriteOutcome;
      readonly version: number;
      /** How long it took, its invalidation included. */
      readonly ms: number;
    }
  | { readonly re: 'error'; readonly id: number; readonly message: string }
  | { readonly re: 'hit-again'; readonly mark: number; readonly contender: Contender }
  | { readonly re: 'pending'; readonly contender: Contender; readonly owed: number; readonly oldestMs: number }
  | { readonly re: 'breaker'; readonly contender: Contender; readonly open: boolean }
  /** It could not read an entry that another replica has written. */
  | { readonly re: 'unreadable'; readonly contender: Contender; readonly reason: string }
  | { readonly re: 'intent-lost'; readonly contender: Contender; readonly keys: number };
