import { runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { Announcing, FollowingAnnouncement } from '../../contracts/read-leases.js';
import { announcementText } from './messages.js';
import type { Acknowledgement } from './messages.js';
import { WRITERS_SHARE } from './wire.js';
import type { AnnounceAnswer, LeaseWire } from './wire.js';

export interface AnnouncerParts {
  readonly wire: LeaseWire;
  readonly timers: Timers;
  readonly deltaMs: number;
  /** Names an announcement, each differently. */
  readonly token: () => string;
  /** Holders that are this cache itself: it has dropped what it announces. */
  readonly isOwn: (holder: string) => boolean;
  /** What this process hears by now, if anything. */
  readonly hearing: () => unknown;
  /** By that it heard nothing of its own announcement for as long as a lease lasts. */
  readonly unheard: (by: unknown) => void;
}

/** What an announcement has come to so far. */
interface Wait {
  /** By name, before ANNOUNCE has answered too: an acknowledgement may overtake its answer. */
  readonly acknowledged: Set<string>;
  told: () => void;
  /** When it was sent. */
  readonly hearing: unknown;
  /** Whether it came back to this process, as it came to the others. */
  heard: boolean;
}

/** Tells those that hold leases what has ended, and waits until none of them serves it. */
export class Announcer {
  readonly counts = { announcements: 0, waits: 0, ms: 0, longestMs: 0, young: 0, timedOut: 0, reaped: 0 };
  private readonly waits = new Map<string, Wait>();

  constructor(private readonly parts: AnnouncerParts) {}

  /** @returns what waits until no holder serves it any more; rejects when it may not have been told */
  async announce(what: Announcing): Promise<() => Promise<void>> {
    const [id, wait] = this.begin();
    try {
      const answer = await this.parts.wire.announce(id, announcementText(id, what));
      return this.waitFor(id, wait, answer);
    } catch (cause) {
      this.waits.delete(id);
      throw cause;
    }
  }

  /** The same, carried out behind the bumps that it follows, or not at all. */
  follow(what: Announcing): FollowingAnnouncement {
    const [id, wait] = this.begin();
    let told: (() => Promise<void>) | undefined;
    const drop = (): void => void this.waits.delete(id);
    const follower = this.parts.wire.follower(id, announcementText(id, what), (answer) => {
      told = this.waitFor(id, wait, answer);
    });
    return {
      follower,
      drop,
      told: () => {
        if (told === undefined) drop();
        return told;
      },
    };
  }

  acknowledged({ holder, ids }: Acknowledgement): void {
    for (const id of ids) {
      const wait = this.waits.get(id);
      wait?.acknowledged.add(holder);
      wait?.told();
    }
  }

  /** Known by its id before it is sent: an acknowledgement may overtake the answer. */
  private begin(): [id: string, wait: Wait] {
    const id = this.parts.token();
    const hearing = this.parts.hearing();
    const wait: Wait = { acknowledged: new Set(), told: () => undefined, hearing, heard: false };
    this.waits.set(id, wait);
    return [id, wait];
  }

  /** Counts from now, when its answer has come. */
  private waitFor(id: string, wait: Wait, { registry, young, holders }: AnnounceAnswer): () => Promise<void> {
    const { timers, deltaMs, isOwn } = this.parts;
    this.counts.announcements++;
    const answered = timers.now();
    const others = new Map([...holders].filter(([holder]) => !isOwn(holder)));
    return () => this.wait(id, wait, { registry, others, answered, young: Math.min(young, WRITERS_SHARE * deltaMs) });
  }

  /** One came in. */
  heard(id: string): void {
    const wait = this.waits.get(id);
    if (wait !== undefined) wait.heard = true;
  }

  /**
   * Until each of the others has acknowledged, or its lease is over; and until a registry that is young is so no more.
   * Then the lease of every holder that an older one named is over.
   */
  private async wait(id: string, wait: Wait, named: Named): Promise<void> {
    const { timers, deltaMs } = this.parts;
    const left = (): [string, string][] => [...named.others].filter(([holder]) => !wait.acknowledged.has(holder));
    try {
      const begun = timers.now();
      if (named.young > 0) await this.until(named.answered + named.young);
      const over = named.answered + WRITERS_SHARE * deltaMs;
      if (left().length > 0) {
        await this.until(over, wait, () => left().length === 0);
      }
      this.count(begun, left().length > 0, named);
    } finally {
      this.waits.delete(id);
      const silent = left();
      if (silent.length > 0) this.reap(named.registry, new Map(silent));
      if (silent.length > 0 && !wait.heard) this.parts.unheard(wait.hearing);
    }
  }

  private count(begun: number, timedOut: boolean, { others, young }: Named): void {
    if (others.size === 0 && young === 0) return;
    const ms = this.parts.timers.now() - begun;
    this.counts.waits++;
    this.counts.ms += ms;
    this.counts.longestMs = Math.max(this.counts.longestMs, ms);
    if (young > 0) this.counts.young++;
    if (timedOut) this.counts.timedOut++;
  }

  private until(time: number, wait?: Wait, isDone: () => boolean = () => false): Promise<void> {
    const { timers } = this.parts;
    return new Promise((resolve) => {
      let callOff = (): void => undefined;
      const end = (): void => {
        callOff();
        resolve();
      };
      const ring = (): void => {
        // Timers may ring early.
        if (timers.now() >= time) end();
        else callOff = runAfter(timers, Math.max(1, time - timers.now()), ring);
      };
      if (wait !== undefined) {
        wait.told = () => {
          if (isDone()) end();
        };
      }
      ring();
    });
  }

  private reap(registry: string, silent: ReadonlyMap<string, string>): void {
    this.parts.wire.reap(registry, silent).then(
      (gone) => (this.counts.reaped += gone),
      () => undefined,
    );
  }
}

interface Named {
  readonly registry: string;
  readonly others: ReadonlyMap<string, string>;
  /** By the clock here. */
  readonly answered: number;
  readonly young: number;
}
