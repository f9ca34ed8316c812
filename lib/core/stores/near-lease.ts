import type { Awaitable } from '../../contracts/awaitable.js';
import type {
  Announced,
  Announcing,
  FollowingAnnouncement,
  ReadLeaseMember,
  ReadLeases,
} from '../../contracts/read-leases.js';
import type { TagClock, TagStamp } from '../../contracts/tag-store.js';
import { AnnouncedTags } from '../tags/announced-tags.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import { LocalChangeLog } from '../support/local-change-log.js';
import type { LeaseHitStats } from '../../contracts/stats.js';
import type { Reporter } from '../support/reporter.js';
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
 *
 * Tags have a clock, which the answer brings along: so of these an entry is proven while nothing was heard that is
 * later than the clock. A tag says of no question on its way whether it concerns it, since the tags of what is loaded
 * may be known to the loader alone.
 */
export class NearLease {
  private readonly member: ReadLeaseMember;
  private hits = 0;
  private readonly changes = new LocalChangeLog();
  private readonly announced = new AnnouncedTags();
  /** Frees what can be served no more. */
  private drop: (keys: readonly string[]) => void = () => undefined;
  private listener: (what: Announced) => void = () => undefined;

  /**
   * @param tags only in a namespace with tags
   * @param isUnasked whether the process has not the option
   */
  constructor(
    leases: ReadLeases,
    mode: 'hold' | 'honour',
    reporter: Reporter,
    private readonly tags?: Pick<NamespaceTags, 'refusal' | 'isOn'>,
    isUnasked = false,
  ) {
    this.changes.watch();
    this.member = leases.join({
      namespace: reporter.namespace,
      mode,
      isUnasked,
      heard: (what) => {
        this.heard(what);
        this.listener(what);
      },
      warn: (topic, message) => reporter.warnOnce(topic, message),
    });
  }

  droppingBy(drop: (keys: readonly string[]) => void): void {
    this.drop = drop;
  }

  /** @param listener is told of every announcement, this process's own as well */
  listening(listener: (what: Announced) => void): void {
    this.listener = listener;
  }

  /** To be called before a question is sent: what its answer proves is as old as this. */
  ask(): Proof {
    const { member } = this;
    return { by: this, epoch: member.epoch, change: this.changes.watch(), at: member.now(), clock: undefined };
  }

  /**
   * Whether the entry may be served now without a question.
   *
   * @param isLook nothing is made of what is found on the way
   */
  vouches(key: string, { proof, tagged }: ParsedEntry<unknown>, isLook = false): boolean {
    if (proof?.by !== this) return false;
    const now = this.member.within();
    if (now < 0 || proof.epoch !== this.member.epoch || now - proof.at > this.member.proofMs) return false;
    if (this.changes.of(key) > proof.change) return false;
    return this.tags?.isOn !== true || this.allows(this.tags, tagged, proof, isLook);
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

  /** Generations have ended, or tags were invalidated, here or elsewhere. */
  heard(what: Announced): void {
    if (what === 'all') return this.changes.changedAll();
    if ('tags' in what) return this.heardTags(what);
    this.changes.changed(what);
    this.drop(what);
  }

  /** @returns what waits until no process serves by a lease what has ended */
  announce(what: Announcing): Promise<() => Promise<void>> {
    return this.member.announce(what);
  }

  /** The same, for a store to carry out behind the bumps, where that can be. */
  follow(what: Announcing): FollowingAnnouncement | undefined {
    return this.member.follow?.(what);
  }

  stats(): LeaseHitStats {
    return { ...this.member.stats(), hits: this.hits };
  }

  /** Whether hits may be answered from memory now, and how many caches hold leases, where the store tells. */
  async look(): Promise<{ readonly held: boolean; readonly holders: number | undefined }> {
    const held = this.member.within() >= 0;
    return { held, holders: await this.member.holders?.() };
  }

  close(): Promise<void> {
    return this.member.close();
  }

  /** Entries that carry the tags are known by their next reader, and dropped then. */
  private heardTags(what: TagStamp): void {
    if (this.tags?.isOn === true && !this.announced.hear(this.member.epoch, what)) this.member.endEpoch();
  }

  /** Whether the tags of an entry have nothing against it. Of one whose clock is not known, nothing is. */
  private allows(
    tags: Pick<NamespaceTags, 'refusal'>,
    tagged: TagStamp | undefined,
    { epoch, clock }: Proof,
    isLook: boolean,
  ): boolean {
    if (tagged === undefined || clock === undefined) return false;
    if (this.announced.contradicts(epoch, clock)) {
      if (!isLook) this.member.endEpoch();
      return false;
    }
    return this.announced.spares(tagged.tags, epoch, clock) && tags.refusal(tagged.tags) === undefined;
  }
}

/** The answer to a question proves the entry that it found current, and alive when the clock of the tags read so. */
export function provenBy<P>(
  asked: Proof | undefined,
  found: CheckResult<P>,
  clock: TagClock | undefined,
): CheckResult<P> {
  if (asked !== undefined) asked.clock = clock;
  if (asked !== undefined && !(found instanceof Miss)) found.proof = asked;
  return found;
}
