import { recordOf } from '../../common/record-of.js';
import { runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { EPOCH_CAUSES } from '../../contracts/read-leases.js';
import type {
  Announcing,
  EpochCause,
  FollowingAnnouncement,
  ReadLeaseMember,
  ReadLeaseStats,
  ReadLeaseUser,
} from '../../contracts/read-leases.js';
import { Announcer } from './announcer.js';
import { LeaseHolder } from './holder.js';
import { parseMessage } from './messages.js';
import type { LeaseWire, Subscription } from './wire.js';

export interface MemberOptions {
  readonly timers: Timers;
  readonly deltaMs: number;
  /** Random, each different, in letters and digits. */
  readonly token: () => string;
  readonly onClosed?: () => unknown;
}

/** An entry is proven anew at least once in so many leases: what announces nothing (an operator) costs no more. */
const PROOF_LEASES = 10;
/** After a subscription was lost or refused. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/** The part of one cache in the leases of its namespace: it hears and tells, and holds a lease where it may. */
export class LeaseMember implements ReadLeaseMember {
  readonly proofMs: number;
  private readonly holder: LeaseHolder;
  private readonly announcer: Announcer;
  private readonly epochs: Record<EpochCause, number> = recordOf(EPOCH_CAUSES, () => 0);
  /** Of this cache, the last ones: an announcement may name one that has just been taken the place of. */
  private own: string[] = [];
  private subscription: Subscription | undefined;
  /** The same, once it hears. */
  private confirmed: Subscription | undefined;
  private wasReaped = 0;
  private vain = 0;
  private callOff: () => void = () => undefined;
  private closed = false;

  constructor(
    private readonly wire: LeaseWire,
    private readonly user: ReadLeaseUser,
    private readonly options: MemberOptions,
  ) {
    const { timers, deltaMs, token } = options;
    this.proofMs = PROOF_LEASES * deltaMs;
    this.announcer = new Announcer({
      wire,
      timers,
      deltaMs,
      token,
      isOwn: (holder) => this.own.includes(holder),
      hearing: () => this.confirmed,
      unheard: (by) => {
        // A process without a lease renews none, so that nothing else tells it of a server that went away without a
        // word.
        if (by !== undefined && by === this.confirmed) this.resubscribe();
      },
    });
    this.holder = new LeaseHolder({
      wire,
      timers,
      deltaMs,
      newEpoch: (cause) => this.epochs[cause]++,
      resubscribe: () => this.resubscribe(),
      wasReaped: (pauseMs) => this.sayReaped(pauseMs),
    });
  }

  get epoch(): number {
    return this.holder.epoch;
  }

  within(): number {
    return this.holder.within();
  }

  now(): number {
    return this.options.timers.now();
  }

  announce(what: Announcing): Promise<() => Promise<void>> {
    return this.announcer.announce(what);
  }

  follow(what: Announcing): FollowingAnnouncement {
    return this.announcer.follow(what);
  }

  endEpoch(): void {
    this.holder.endEpoch('everything');
  }

  /**
   * The cache itself is connected, perhaps to another server than before. A subscription that is not confirmed yet may
   * be waiting for one that was left.
   */
  connected(): void {
    if (this.subscription !== this.confirmed) this.abandon();
    this.subscribe();
  }

  /** Begins to hear. Where a subscription fails, others follow. */
  subscribe(): void {
    if (this.closed || this.subscription !== undefined) return;
    this.callOff();
    const holder = this.options.token();
    this.own = [holder, ...this.own.slice(0, 1)];
    const subscription = this.wire.subscribe(holder, {
      confirmed: (identity) => {
        this.confirmed = subscription;
        if (this.user.mode === 'hold') this.holder.confirmed(holder, identity);
        else this.vain = 0;
      },
      lost: () => {
        if (this.subscription !== subscription) return;
        this.abandon();
        this.subscribeLater();
      },
      message: (text) => this.hear(text),
    });
    this.subscription = subscription;
  }

  /** What the server refuses to a cache that has the option, for a message. */
  async probe(): Promise<string | undefined> {
    if (this.user.isUnasked === true) return undefined;
    const refused = await this.wire.probe();
    return refused && `readLease of namespace "${this.user.namespace}": ${refused}`;
  }

  stats(): ReadLeaseStats {
    const { announcements, waits: count, ms, longestMs, young, timedOut, reaped } = this.announcer.counts;
    return {
      holding: this.within() >= 0,
      epochs: { ...this.epochs },
      announcements,
      waits: { count, ms, longestMs },
      young,
      timedOut,
      reaped,
      wasReaped: this.wasReaped,
    };
  }

  async holders(): Promise<number> {
    return (await this.wire.look())?.holders.size ?? 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.callOff();
    this.options.onClosed?.();
    await this.holder.close().catch(() => undefined);
    this.abandon();
    this.wire.close();
  }

  private hear(text: string): void {
    const message = parseMessage(text);
    if (message?.kind === 'mark') {
      this.holder.mark(message);
      // One that is confirmed and of no use would be made anew again and again.
      if (this.within() >= 0) this.vain = 0;
    } else if (message?.kind === 'acknowledgement') this.announcer.acknowledged(message);
    else if (message?.kind === 'announcement') {
      this.announcer.heard(message.id);
      // First: what is acknowledged is dropped.
      this.user.heard(message.what);
      this.holder.heard(message);
    }
  }

  private resubscribe(): void {
    this.abandon();
    this.subscribeLater();
  }

  /** From now on nothing is heard. */
  private abandon(): void {
    const { subscription } = this;
    this.subscription = undefined;
    this.confirmed = undefined;
    this.holder.lost();
    subscription?.end();
  }

  private subscribeLater(): void {
    if (this.closed) return;
    const ms = Math.min(FIRST_RETRY_MS * 2 ** this.vain++, LONGEST_RETRY_MS);
    this.callOff = runAfter(this.options.timers, ms, () => this.subscribe());
  }

  private sayReaped(pauseMs: number): void {
    this.wasReaped++;
    this.user.warn(
      'read lease reaped',
      `This process was too slow to answer an invalidation of namespace "${this.user.namespace}", and kept a writer waiting: it goes without read leases for ${pauseMs / 1_000} s, and for longer when that happens again. Look for what blocks its event loop, or leave readLease out.`,
    );
  }
}
