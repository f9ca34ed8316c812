import type { Follower } from '../../../lib/contracts/follower.js';
import type { Announced, ReadLeaseUser } from '../../../lib/contracts/read-leases.js';
import { LeaseMember } from '../../../lib/redis/leases/member.js';
import type {
  AnnounceAnswer,
  AnnouncementText,
  LeaseWire,
  SubscriptionEvents,
} from '../../../lib/redis/leases/wire.js';
import { ManualTimers, settled } from '../core/manual-timers.js';

export const DELTA = 1_000;

interface Told {
  readonly id: string;
  readonly text: string;
  readonly answer: (answer: AnnounceAnswer) => void;
  readonly fail: (cause: Error) => void;
}

/** One cache's leases, whose server and whose time a spec moves by hand. */
export class HandWire implements LeaseWire {
  readonly timers = new ManualTimers();
  readonly heard: Announced[] = [];
  readonly warnings: string[] = [];
  readonly holds: { readonly holder: string; readonly number: number; readonly former: string }[] = [];
  readonly told: Told[] = [];
  /** What a renewal has to wait for besides its mark. */
  held: Promise<void> | undefined;
  /** Those that a store may carry out behind bumps. */
  readonly followers: Told[] = [];
  readonly reaped: { readonly registry: string; readonly holders: ReadonlyMap<string, string> }[] = [];
  readonly acknowledged: string[] = [];
  /** The subscriptions so far, the last one last. */
  readonly subscriptions: { readonly holder: string; readonly events: SubscriptionEvents; ended: boolean }[] = [];
  /** What a look at the registry finds. */
  others: ReadonlyMap<string, string> = new Map();
  closed = false;
  /** What was acknowledged when `heard` was told. */
  acknowledgedBefore: number | undefined;
  readonly member: LeaseMember;
  private tokens = 0;

  constructor(mode: ReadLeaseUser['mode'] = 'hold') {
    const user: ReadLeaseUser = {
      namespace: 'n',
      mode,
      heard: (what) => {
        this.acknowledgedBefore = this.acknowledged.length;
        this.heard.push(what);
      },
      warn: (_, message) => this.warnings.push(message),
    };
    const token = (): string => `t${++this.tokens}`;
    this.member = new LeaseMember(this, user, { timers: this.timers, deltaMs: DELTA, token });
  }

  get waitsForReplicas(): boolean {
    return this.held !== undefined;
  }

  hold(holder: string, number: number, former: string): Promise<void> {
    this.holds.push({ holder, number, former });
    return this.held ?? Promise.resolve();
  }

  announce(id: string, text: AnnouncementText): Promise<AnnounceAnswer> {
    return new Promise((answer, fail) => this.told.push({ id, text: text.to('w'), answer, fail }));
  }

  follower(id: string, text: AnnouncementText, answered: (answer: AnnounceAnswer) => void): Follower {
    this.followers.push({ id, text: text.to('w'), answer: answered, fail: () => undefined });
    return { carrier: this };
  }

  async reap(registry: string, holders: ReadonlyMap<string, string>): Promise<number> {
    this.reaped.push({ registry, holders });
    return holders.size;
  }

  async look(): Promise<{ registry: string; holders: ReadonlyMap<string, string> }> {
    return { registry: 'r1', holders: this.others };
  }

  acknowledge(writer: string, holder: string, id: string): void {
    this.acknowledged.push(`${writer} ${holder} ${id}`);
  }

  subscribe(holder: string, events: SubscriptionEvents): { end(): void } {
    const one = { holder, events, ended: false };
    this.subscriptions.push(one);
    return { end: () => void (one.ended = true) };
  }

  async probe(): Promise<undefined> {
    return undefined;
  }

  close(): void {
    this.closed = true;
  }

  get holding(): boolean {
    return this.member.within() >= 0;
  }

  get last(): { readonly holder: string; readonly events: SubscriptionEvents; ended: boolean } {
    return this.subscriptions.at(-1) as HandWire['last'];
  }

  /** Subscribes, and is confirmed. */
  confirm(identity = 's1'): this {
    this.member.subscribe();
    this.last.events.confirmed(identity);
    return this;
  }

  /** The mark of the last renewal arrives. */
  mark(given: { number?: number; registry?: string; had?: boolean; identity?: string } = {}): this {
    const { number = this.number, registry = 'r1', identity = 's1' } = given;
    const { had = number > 1 } = given;
    this.say(`m;${number};${registry};${had ? 1 : 0};${identity}`);
    return this;
  }

  say(text: string): void {
    this.last.events.message(text);
  }

  get number(): number {
    return this.holds.at(-1)?.number ?? 0;
  }

  /** Time goes by, and every renewal meanwhile is answered at once. */
  async renewing(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      const before = this.holds.length;
      this.timers.advance(10);
      if (this.holds.length > before) this.mark();
      await settled();
    }
  }
}

/** How a wait stands. */
export interface Waiting {
  ended: boolean;
}

/** Waits for what was announced, and says when that has ended. */
export function watch(wait: Promise<unknown>): Waiting {
  const waiting: Waiting = { ended: false };
  void wait.then(() => (waiting.ended = true));
  return waiting;
}
