import type { Follower } from '../../contracts/follower.js';

/** What ANNOUNCE answered. */
export interface AnnounceAnswer {
  /** Names the registry. */
  readonly registry: string;
  /** For how many milliseconds it is still so young that one before it may be believed somewhere. */
  readonly young: number;
  /** Those that hold leases, each with the number of its last renewal. */
  readonly holders: ReadonlyMap<string, string>;
}

/** What is announced. */
export interface AnnouncementText {
  /** @param writer the channel on which its writer waits */
  readonly to: (writer: string) => string;
  /** Whether the clock of the namespace's tags is to stand behind it, as it reads when it is published. */
  readonly isClocked: boolean;
}

/** One subscription: it ends for good when it is lost, and another one is begun. */
export interface Subscription {
  end(): void;
}

/** What a subscription is told. Nothing of one that was ended, or lost, comes after that. */
export interface SubscriptionEvents {
  /** Every channel is subscribed to. `identity` is what its server said of itself before. */
  confirmed(identity: string): void;
  lost(): void;
  message(text: string): void;
}

/** What one cache sends and hears. A registry is named by where it is; every call is of this namespace. */
export interface LeaseWire {
  /** Whether what is sent resolves only when replicas have it, so that it outlives a failover. */
  readonly waitsForReplicas: boolean;
  /**
   * Carried out once, or never, or late: never sent again. The mark answers it, and where replicas are waited for, only
   * once this has resolved as well.
   */
  hold(holder: string, number: number, former: string): Promise<void>;
  /** Rejects when it may not have been published. */
  announce(id: string, text: AnnouncementText): Promise<AnnounceAnswer>;
  /**
   * The same, for a store to send behind bumps. `answered` is told when it was carried out behind bumps that all went
   * well, and never otherwise.
   */
  follower(id: string, text: AnnouncementText, answered: (answer: AnnounceAnswer) => void): Follower;
  /** Strikes off those whose number is still the same, and answers how many. */
  reap(registry: string, holders: ReadonlyMap<string, string>): Promise<number>;
  /** Those that hold leases, by number, and the registry's name; `undefined` when there is none. */
  look(): Promise<{ readonly registry: string; readonly holders: ReadonlyMap<string, string> } | undefined>;
  /** Those of one tick travel together. What is lost is waited for in vain, for a time. */
  acknowledge(writer: string, holder: string, id: string): void;
  /** Hears announcements, acknowledgements and, of this holder, marks. */
  subscribe(holder: string, events: SubscriptionEvents): Subscription;
  /** Why the server refuses all this to its user; `undefined` while it is not known to. */
  probe(): Promise<string | undefined>;
  close(): void;
}

/** How long a lease lasts. One constant for all processes: what one waits for is what another counts on. */
export const DELTA_MS = 1_000;
/** So much shorter a holder counts, and so much longer a writer: clocks may differ in their rates. */
export const HOLDERS_SHARE = 0.98;
export const WRITERS_SHARE = 1.02;
