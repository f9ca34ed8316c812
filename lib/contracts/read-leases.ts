import type { Follower } from './follower.js';
import type { TagStamp } from './tag-store.js';

/**
 * Keys of callers whose generation has ended; tags that were invalidated, with the clock as it read when that was
 * published, or earlier but not before the invalidation; or all of a namespace.
 */
export type Announced = readonly string[] | TagStamp | 'all';

/** The same, as it is handed over to be announced: what the clock of the tags reads, the store puts to it. */
export type Announcing = readonly string[] | Pick<TagStamp, 'tags'> | 'all';

/** Every cause of a new epoch. */
export const EPOCH_CAUSES = ['registry', 'subscription', 'everything'] as const;

/**
 * Why a process may not go on to serve what it had proven before.
 * - `registry`: the list of those that hold leases was lost, or made anew.
 * - `subscription`: the one on which invalidations are heard was made anew.
 * - `everything`: the namespace was cleared, or its tags began a new era, or so many keys or tags were invalidated at
 *   once that they were not named.
 */
export type EpochCause = (typeof EPOCH_CAUSES)[number];

/** What happened to the read leases of one cache. Counts only ever grow. */
export interface ReadLeaseStats {
  /** Whether hits may be answered from memory alone now. */
  readonly holding: boolean;
  /** How often what was proven before could not be used any more, by cause. */
  readonly epochs: Readonly<Record<EpochCause, number>>;
  /** Invalidations that other processes were told of. */
  readonly announcements: number;
  /** Of these, how many waited for others, or for a registry that was young; for how long in all; the longest wait. */
  readonly waits: { readonly count: number; readonly ms: number; readonly longestMs: number };
  /** Of the waits, those for a registry that had just been made anew. */
  readonly young: number;
  /** Of the waits, those that ended by time, since another process did not answer. */
  readonly timedOut: number;
  /** Holders that did not answer in time and were struck off the list. */
  readonly reaped: number;
  /** How often this process found itself struck off. It goes without leases for a while then. */
  readonly wasReaped: number;
}

/** One cache, as read leases know it. */
export interface ReadLeaseUser {
  readonly namespace: string;
  /** `'hold'`: it answers hits by leases. `'honour'`: it only tells those that do. */
  readonly mode: 'hold' | 'honour';
  /** Whether it has not the option, and has found others that have. */
  readonly isUnasked?: boolean;
  /**
   * Generations have ended, or tags were invalidated. When this returns, nothing of them that was proven before is
   * served without a question, nor anything that an answer proves whose question is on its way: others rely on that
   * from then on.
   */
  readonly heard: (what: Announced) => void;
  /** Something that an operator should know. Once for each topic. */
  readonly warn: (topic: string, message: string) => void;
}

/**
 * A cache's part in the read leases of its namespace.
 *
 * Promise: while `within` answers a time, no invalidation that was announced and waited for is unknown to `heard`. An
 * entry may be served without a question then, if a question that was sent in this epoch proved it, and `heard` has not
 * named it since that was sent.
 */
export interface ReadLeaseMember {
  readonly epoch: number;
  /** How many milliseconds after its proof was asked for an entry may be served at most. */
  readonly proofMs: number;
  /** The time now, monotonic and in milliseconds, while hits may be answered from memory; below 0 otherwise. */
  within(): number;
  /** The same clock, whether or not a lease is held. */
  now(): number;
  /**
   * Tells all that hold leases. To be called when the generations have ended, or the tags are invalidated, and by their
   * answer known to be.
   *
   * Resolves once it is told, with what waits until no holder serves by a lease what has ended. Rejects when it could
   * not be told, and then the invalidation has failed.
   */
  announce(what: Announcing): Promise<() => Promise<void>>;
  /** Optional: the same, for a store to carry out behind the bumps themselves. */
  follow?(what: Announcing): FollowingAnnouncement;
  /** What was proven so far must be proven anew. */
  endEpoch(): void;
  stats(): ReadLeaseStats;
  /** Optional: how many caches hold leases of the namespace now, this one among them. Changes nothing. */
  holders?(): Promise<number>;
  /** Ends the lease at once, then leaves the list. */
  close(): Promise<void>;
}

/** An announcement that may travel with the bumps that it follows. To be concluded by `told`, or by `drop`. */
export interface FollowingAnnouncement {
  readonly follower: Follower;
  /**
   * To be called when the bumps have been answered: what waits, as that of `announce`. `undefined` where the store did
   * not carry it out behind all of them, or a bump failed: then it is to be announced by itself.
   */
  told(): (() => Promise<void>) | undefined;
  /** The writer that began it waits for it no more. */
  drop(): void;
}

/** Read leases: an optional ability of generation stores that processes share. */
export interface ReadLeases {
  /** Why they cannot be had with this store, for a message. */
  readonly refusal?: string | undefined;
  join(user: ReadLeaseUser): ReadLeaseMember;
  /**
   * Optional: why the server refuses to those who have joined what leases take, for a message; `undefined` where it
   * does not, or does not say.
   */
  probe?(): Promise<string | undefined>;
  /**
   * Optional, for a cache that has joined nothing: calls back, once, when other processes are found to hold leases in
   * its namespace. What it invalidates is served there until it tells them.
   */
  notice?(namespace: string, found: () => void): { close(): void };
}
