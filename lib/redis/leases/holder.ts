import { runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { EpochCause } from '../../contracts/read-leases.js';
import type { Announcement, Mark } from './messages.js';
import { LeaseTerm } from './term.js';
import type { Moment } from './term.js';
import { HOLDERS_SHARE } from './wire.js';
import type { LeaseWire } from './wire.js';

/** A subscription that was confirmed. Nothing that was sent under another one counts for it. */
interface Subscribed {
  readonly holder: string;
  readonly identity: string;
}

interface Renewal {
  readonly number: number;
  readonly from: Moment;
  readonly subscribed: Subscribed;
  /** What has to have resolved, besides. */
  held: Promise<void> | undefined;
}

/** What a holder is part of. */
export interface HolderParts {
  readonly wire: LeaseWire;
  readonly timers: Timers;
  readonly deltaMs: number;
  /** What was proven in an earlier epoch is proven no more. */
  readonly newEpoch: (cause: EpochCause) => void;
  /** The subscription is not to be relied on: another one is to be made. */
  readonly resubscribe: () => void;
  readonly wasReaped: (pauseMs: number) => void;
}

/** So often in a lease it is renewed. */
const RENEWALS = 3;
/** So many renewals lie between two looks at the others. */
const LOOKS = 10;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Holds the lease of one cache, for as long as it can be sure to hear what others invalidate.
 *
 * A renewal is answered by a mark on the very subscription that announcements come on. So the lease is extended only
 * after everything that was announced before the renewal was carried out, and what is announced later finds this holder
 * on the list. It counts from before the renewal was sent: a writer that found it on the list waits for longer.
 */
export class LeaseHolder {
  epoch = 1;
  private readonly term: LeaseTerm;
  private subscribed: Subscribed | undefined;
  private outstanding: Renewal | undefined;
  private registry: string | undefined;
  /** The holder that this one takes the place of. */
  private former = '';
  private number = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private seen: { readonly registry: string; readonly holders: ReadonlyMap<string, string> } | undefined;
  private callOff: () => void = () => undefined;
  private closed = false;

  constructor(private readonly parts: HolderParts) {
    this.term = new LeaseTerm(parts.timers);
  }

  within(): number {
    return this.term.within();
  }

  /** What was proven so far must be proven anew. */
  endEpoch(cause: EpochCause): void {
    this.epoch++;
    this.parts.newEpoch(cause);
  }

  /** The subscription is gone, or is about to be made anew: nothing is heard. */
  lost(): void {
    this.term.end();
    this.callOff();
    if (this.subscribed !== undefined) this.former = this.subscribed.holder;
    this.subscribed = undefined;
    this.outstanding = undefined;
  }

  /**
   * Nothing was heard between the last subscription and this one, and no lease was held: but an entry that was proven
   * before would be served again.
   */
  confirmed(holder: string, identity: string): void {
    if (this.closed) return;
    this.lost();
    this.subscribed = { holder, identity };
    this.number = 0;
    this.endEpoch('subscription');
    this.renew();
  }

  heard({ writer, id, what }: Announcement): void {
    if (what === 'all') this.endEpoch('everything');
    const { subscribed } = this;
    if (subscribed !== undefined) this.parts.wire.acknowledge(writer, subscribed.holder, id);
  }

  mark(mark: Mark): void {
    const { outstanding } = this;
    if (outstanding?.number !== mark.number) return;
    if (outstanding.held === undefined) return this.renewed(outstanding, mark);
    // Its failure is dealt with where it was sent.
    outstanding.held.then(
      () => this.renewed(outstanding, mark),
      () => undefined,
    );
  }

  private renewed(renewal: Renewal, { number, registry, had, identity }: Mark): void {
    const { outstanding, subscribed } = this;
    if (subscribed === undefined || outstanding !== renewal || outstanding.subscribed !== subscribed) return;
    this.outstanding = undefined;
    // It came by the way of one server and tells of another: a subscription that was left behind hears nothing.
    if (identity !== subscribed.identity) return this.parts.resubscribe();
    const known = this.registry === registry;
    this.registry = registry;
    if (known && number > 1 && !had) return this.reaped(subscribed.holder, registry, number);
    if (!known) this.endEpoch('registry');
    this.former = '';
    this.term.extend(outstanding.from, HOLDERS_SHARE * this.parts.deltaMs);
    if (number % LOOKS === 0) void this.lookAtOthers(subscribed.holder);
  }

  /** Ends the lease at once, then leaves the list. */
  async close(): Promise<void> {
    const { subscribed, registry, number } = this;
    this.closed = true;
    this.lost();
    if (subscribed === undefined || registry === undefined) return;
    await this.parts.wire.reap(registry, new Map([[subscribed.holder, String(number)]]));
  }

  private renew(): void {
    const { subscribed, parts } = this;
    const { deltaMs, timers } = parts;
    if (subscribed === undefined || this.closed) return;
    // It counts from the renewal that is answered, not from one that may still come.
    if (this.outstanding !== undefined) {
      if (timers.now() - this.outstanding.from.monotonic >= deltaMs) return parts.resubscribe();
    } else if (timers.now() >= this.pausedUntil) this.hold(subscribed);
    this.callOff = runAfter(timers, deltaMs / RENEWALS, () => this.renew());
  }

  private hold(subscribed: Subscribed): void {
    const number = ++this.number;
    const renewal: Renewal = { number, from: this.term.moment(), subscribed, held: undefined };
    this.outstanding = renewal;
    const { wire } = this.parts;
    const held = wire.hold(subscribed.holder, number, this.former);
    if (wire.waitsForReplicas) renewal.held = held;
    held.catch(() => {
      // Replicas that are away say nothing of the subscription. Otherwise the mark tells, or that there is none.
      if (wire.waitsForReplicas && this.outstanding === renewal) this.outstanding = undefined;
    });
  }

  /** This process was so slow that a writer gave up: for a while it keeps none waiting. */
  private reaped(holder: string, registry: string, number: number): void {
    const { timers, wire } = this.parts;
    this.term.end();
    this.pausedUntil = timers.now() + this.pauseMs;
    this.parts.wasReaped(this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
    // It has just put itself on the list again.
    wire.reap(registry, new Map([[holder, String(number)]])).catch(() => undefined);
    this.registry = undefined;
  }

  /** Those that have not renewed since the last look are not there any more, and writers would wait for them. */
  private async lookAtOthers(own: string): Promise<void> {
    const before = this.seen;
    const now = await this.parts.wire.look().catch(() => undefined);
    this.seen = now;
    if (now === undefined || before?.registry !== now.registry) return;
    const gone = [...now.holders].filter(([holder, number]) => holder !== own && before.holders.get(holder) === number);
    if (gone.length > 0) await this.parts.wire.reap(now.registry, new Map(gone)).catch(() => undefined);
  }
}
