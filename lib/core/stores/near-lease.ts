import type { Awaitable } from '../../contracts/awaitable.js';
import type { Announced, FollowingAnnouncement, ReadLeaseMember, ReadLeases } from '../../contracts/read-leases.js';
import { LocalChangeLog } from '../support/local-change-log.js';
import type { LeaseHitStats, Reporter } from '../support/reporter.js';
import type { CheckResult, ReadResult } from './backend.js';
import { vouched } from './checked-entry.js';
import type { ParsedEntry, Proof } from './checked-entry.js';
import { entryAtOnce, UNKNOWN } from './entry-at-once.js';
import type { EntryCheck } from './entry-check.js';
import { Miss } from './miss.js';

/**
 * The read lease of one cache, as its near entries see it: which of them may be served without asking, and which
 * question proves one.
 *
 * The danger is an answer that was on its way when an invalidation was heard. It tells of a generation that has ended,
 * and would prove its entry for as long as the lease lasts. So a proof is dated by its question: an entry counts as
 * proven while nothing was heard of its key since that was sent, whenever its answer came and whatever was stored by it
 * meanwhile.
 */
export class NearLease {
  private readonly member: ReadLeaseMember;
  private hits = 0;
  private readonly changes = new LocalChangeLog();
  /** Frees what can be served no more. */
  private drop: (keys: readonly string[]) => void = () => undefined;

  constructor(leases: ReadLeases, mode: 'hold' | 'honour', reporter: Reporter, isUnasked = false) {
    this.changes.watch();
    this.member = leases.join({
      namespace: reporter.namespace,
      mode,
      isUnasked,
      heard: (what) => this.heard(what),
      warn: (topic, message) => reporter.warnOnce(topic, message),
    });
  }

  droppingBy(drop: (keys: readonly string[]) => void): void {
    this.drop = drop;
  }

  /** To be called before a question is sent: what its answer proves is as old as this. */
  ask(): Proof {
    return { by: this, epoch: this.member.epoch, change: this.changes.watch(), at: this.member.now() };
  }

  /** Whether the entry may be served now without a question. */
  vouches(key: string, { proof }: ParsedEntry<unknown>): boolean {
    if (proof?.by !== this) return false;
    const now = this.member.within();
    if (now < 0 || proof.epoch !== this.member.epoch || now - proof.at > this.member.proofMs) return false;
    return this.changes.of(key) <= proof.change;
  }

  /** The value of an entry that may be served now, all in one step. */
  read<V, S, P>(
    key: string,
    entries: { get(name: string): Awaitable<S | undefined> },
    name: string,
    check: EntryCheck<V, S, P>,
  ): ReadResult<V> | undefined {
    const entry = entryAtOnce(entries, name);
    if (entry === undefined || entry === UNKNOWN) return undefined;
    const opened = check.open(key, entry);
    const vouchedFor = opened instanceof Miss ? undefined : vouched(this, key, opened);
    const value = vouchedFor && check.value(key, vouchedFor);
    if (value === undefined || value instanceof Miss) return undefined;
    this.served();
    return value;
  }

  /** Counts a hit that this lease stood for. */
  served(): void {
    this.hits++;
  }

  /** Generations have ended, here or elsewhere. */
  heard(what: Announced): void {
    if (what === 'all') return this.changes.changedAll();
    this.changes.changed(what);
    this.drop(what);
  }

  /** @returns what waits until no process serves by a lease what has ended */
  announce(what: Announced): Promise<() => Promise<void>> {
    return this.member.announce(what);
  }

  /** The same, for a store to carry out behind the bumps, where that can be. */
  follow(what: Announced): FollowingAnnouncement | undefined {
    return this.member.follow?.(what);
  }

  stats(): LeaseHitStats {
    return { ...this.member.stats(), hits: this.hits };
  }

  close(): Promise<void> {
    return this.member.close();
  }
}

/** The answer to a question proves the entry that it found current. */
export function provenBy<P>(asked: Proof | undefined, found: CheckResult<P>): CheckResult<P> {
  if (asked !== undefined && !(found instanceof Miss)) found.proof = asked;
  return found;
}
