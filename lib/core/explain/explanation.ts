import type { Generation } from '../../contracts/generation-store.js';
import type { HistoryRecord } from '../../contracts/history.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { FrameKind } from '../../wire/header.js';
import type { FillRefusal } from '../access/access-policy.js';
import type { Age } from '../stores/freshness.js';
import type { PlaceName } from '../stores/entry-place.js';

export interface ExplainOptions {
  /** Whether the answer has the value that a read would hand out. Default `false`. */
  readonly value?: boolean | undefined;
}

/**
 * What became of a tag since an entry was loaded: nothing (`alive`), it was invalidated (`invalidated`), this process
 * owes an invalidation of it (`owed`), the running transaction has invalidated it (`written-here`), or nothing can be
 * said (`unknown`).
 */
export type TagState = 'alive' | 'invalidated' | 'owed' | 'written-here' | 'unknown';

/** One copy of the entry. */
export interface ExplainedCopy {
  /** `process`: in this process; `near`: the same, in front of a store; `store`: in that. */
  readonly place: PlaceName;
  /** The name of the tier, where a provider has several. */
  readonly tier: string | undefined;
  /** `live`: a value of this process. Otherwise the kind of its frame. */
  readonly kind: 'live' | FrameKind;
  /** Of a frame: all of it. The size of a live value is not known. */
  readonly bytes: number | undefined;
  /** Under which it was loaded. `undefined` where it cannot be read. */
  readonly generation: Generation | undefined;
  /** Milliseconds. `undefined` where the provider does not tell, infinite where it does not expire. */
  readonly ttlLeftMs: number | undefined;
  /** When it was stored, in milliseconds since 1970. Only of an entry with a soft ttl. */
  readonly storedAt: number | undefined;
  /** Milliseconds since it was stored. Only of an entry with a soft ttl, which is stamped. */
  readonly ageMs: number | undefined;
  /** Only of an entry with a soft ttl: `early` is one that is picked to be loaded anew before that is over. */
  readonly freshness: Age | undefined;
  /** Of a value that a read would hand out: the name of its class, or its type. */
  readonly class: string | undefined;
  /** Only in a namespace with tags. */
  readonly tags: readonly { readonly tag: string; readonly state: TagState }[] | undefined;
  /** Whether a read lease stands for it, so that nothing is asked. */
  readonly leased: boolean;
  /** Why a read would not have this copy. `undefined`: it would. */
  readonly refused: MissReason | undefined;
}

/** What `explain` found of a key. It has no part of the value, unless that was asked for. */
export interface Explanation<V = unknown> {
  readonly namespace: string;
  /** The caller's. */
  readonly key: string;
  /** Only in a namespace with partitions. */
  readonly partition?: string | undefined;
  readonly valueVersion: string | undefined;
  /** Whether a read would hit now, here. Another process may have another answer. */
  readonly hit: boolean;
  /** Why it would not. */
  readonly reason: MissReason | undefined;
  /** The same, as a sentence. */
  readonly verdict: string;
  /**
   * What the store says of the generation: `current`, with its number; `absent`; `open` while writers have the key;
   * `malformed` where something else wrote it; `unavailable` where the store did not answer.
   */
  readonly generation: {
    readonly state: 'current' | 'absent' | 'open' | 'malformed' | 'unavailable';
    readonly number: Generation | undefined;
    /** Write intents on the key whose time has not run out. `undefined` where the store does not tell. */
    readonly writers: number | undefined;
    readonly openForMs: number | undefined;
  };
  /** The nearest first. Empty: there is none. Bulk entries are not looked at. */
  readonly copies: readonly ExplainedCopy[];
  /** Why a loaded value would not be stored now, besides what the generation says. */
  readonly fillRefused: FillRefusal | undefined;
  /** For how many milliseconds this process has owed an invalidation of the key. */
  readonly owedForMs: number | undefined;
  /** Whether the transaction that this was asked in has written the key. */
  readonly writtenHere: boolean;
  /** Whether reads of the key go past the stores. */
  readonly breakerOpen: boolean;
  /** Only where this cache takes part in read leases: whether it holds one now, and how many caches do. */
  readonly readLease: { readonly held: boolean; readonly holders: number | undefined } | undefined;
  /** Only in a namespace with tags: what their clock reads, `undefined` where it is lost. */
  readonly tagClock?: TagClock | undefined;
  /** What was asked and not answered. */
  readonly faults: readonly { readonly of: string; readonly error: Error }[];
  /** Only with the option `history`: what this process saw of the key, the latest last. */
  readonly history: readonly HistoryRecord[] | undefined;
  /** Only if it was asked for, and a read would hit. */
  readonly value?: V;
  /** A few lines for a log, with the key redacted and without the value. */
  readonly text: string;
}

/** What `explainTags` found. */
export interface TagsExplanation {
  readonly namespace: string;
  /** What the clock of the namespace's tags reads. `undefined`: it is lost, or was never begun. */
  readonly clock: TagClock | undefined;
  /** Invalidations at this number or before are not known one by one. */
  readonly floor: number | undefined;
  readonly tags: readonly ExplainedTag[];
  readonly faults: readonly { readonly of: string; readonly error: Error }[];
  /** A few lines for a log, with the tags redacted. */
  readonly text: string;
}

export interface ExplainedTag {
  readonly tag: string;
  /** What the clock read when it was invalidated last. `undefined`: not that it is known. */
  readonly invalidatedAt: number | undefined;
  /** Whether this process owes an invalidation of it. */
  readonly owed: boolean;
  /** Whether the transaction that this was asked in has invalidated it. */
  readonly writtenHere: boolean;
}
