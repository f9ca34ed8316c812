import type { Follower } from '../../contracts/follower.js';
import type { FollowingAnnouncement } from '../../contracts/read-leases.js';
import { CasIntentUnavailableError } from '../../write-errors.js';
import type { LocalChangeLog } from '../support/local-change-log.js';
import type { Announcements } from './announcements.js';
import type { IntentCalls } from './intent-calls.js';
import type { Invalidator } from './invalidator.js';
import type { Backend } from '../stores/backend.js';
import { OpenIntent } from './open-intent.js';
import type { ResolvedNamespaceOptions } from '../options/namespace-options.js';
import type { Reporter } from '../support/reporter.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import { WRITE_INTENT } from './write-intent-options.js';
import type { WriteIntentOptions } from './write-intent-options.js';

export type { WriteIntentOptions } from './write-intent-options.js';

/** What a write under an intent is told. */
export interface WriteContext {
  /** Aborts with `CasIntentLostError` when the keys are no longer closed to readers. */
  readonly signal: AbortSignal;
}

/** For messages. */
const OWNER = { name: (option: string): string => `${option} of a write intent` };

/** What closes keys, and ends the writes that they were closed for. */
export interface IntentParts {
  readonly backend: Backend<unknown, unknown>;
  readonly calls: IntentCalls;
  readonly invalidator: Invalidator;
  readonly changes: LocalChangeLog;
  readonly announcements?: Announcements | undefined;
}

/** Closes keys for the writes of one namespace. */
export class WriteIntents {
  private readonly backend: Backend<unknown, unknown>;
  private readonly calls: IntentCalls;
  private readonly invalidator: Invalidator;
  private readonly changes: LocalChangeLog;
  private readonly announcements: Announcements | undefined;
  private readonly reporter: Reporter;
  private readonly leaseMs: number;
  private longestLeaseMs: number;
  private used: boolean;
  private saidUntil = Number.NEGATIVE_INFINITY;

  constructor(
    { backend, calls, invalidator, changes, announcements }: IntentParts,
    options: Pick<ResolvedNamespaceOptions, 'intents' | 'intentLeaseMs'>,
    private readonly environment: CacheEnvironment,
  ) {
    this.backend = backend;
    this.calls = calls;
    this.invalidator = invalidator;
    this.changes = changes;
    this.announcements = announcements;
    this.reporter = environment.reporter;
    this.leaseMs = options.intentLeaseMs;
    this.longestLeaseMs = this.leaseMs;
    this.used = options.intents;
  }

  /**
   * Whether a writer may be at work on the key of whose intent the store no longer knows. Nothing may be filled then:
   * its commit can come at any moment, and nothing would refuse the old value.
   */
  mayBeUnseen(key: string): boolean {
    const unseen = this.isUnseen(key);
    if (unseen) this.sayWaiting(key);
    return unseen;
  }

  /** The same, and nothing is said of it. */
  isUnseen(key: string): boolean {
    return this.used && this.calls.mayHaveLost(key, this.longestLeaseMs);
  }

  /** That nothing is filled looks like a cache that does not work: it is said, and until when. */
  private sayWaiting(key: string): void {
    // Without a vetted master there is nothing that could be said of its age.
    if (this.calls.mayHaveLost(key, 0)) return;
    const { longestLeaseMs } = this;
    const { timers } = this.environment;
    const leftMs = longestLeaseMs - this.ageOf(key);
    const until = (timers.wall?.() ?? Date.now()) + leftMs;
    if (until - this.saidUntil < 1_000) return;
    this.saidUntil = until;
    const message = `Fills wait until ${new Date(until).toISOString()} (${Math.ceil(leftMs / 1_000)} s): its Redis was started or promoted a moment ago, and a write intent that it may have lost can still be open. Reads load from the source meanwhile.`;
    this.reporter.warnOnce(`fills wait ${until}`, message);
  }

  /** How long ago the store may have lost intents: the least lease for which it says so. To a tenth of a second. */
  private ageOf(key: string): number {
    let [young, old] = [0, this.longestLeaseMs];
    while (old - young > 100) {
      const middle = (young + old) / 2;
      if (this.calls.mayHaveLost(key, middle)) old = middle;
      else young = middle;
    }
    return young;
  }

  /**
   * @param keys without duplicates
   * @throws CasIntentUnavailableError when a key could not be closed; CasTtlError, CasConfigError for bad options
   */
  async open(keys: readonly string[], options: WriteIntentOptions): Promise<OpenIntent> {
    const { leaseMs: ms = this.leaseMs, onUnavailable } = WRITE_INTENT.resolve(options, OWNER);
    this.used = true;
    this.longestLeaseMs = Math.max(this.longestLeaseMs, ms);
    // One order for all writers, whatever order they name their keys in.
    const sorted = keys.toSorted();
    const { timers, tokens } = this.environment;
    const opening: Opening = { token: tokens(), ms, begunAt: timers.now() };
    const following = this.announcements?.follow(sorted);
    const failures = await this.closeKeys(sorted, opening, following?.follower);
    if (failures.size > 0 && onUnavailable === 'throw') {
      following?.drop();
      // An answer that was lost may have closed a key all the same. No write is going to run under this token.
      if (this.invalidator.refusal() === undefined) await this.invalidator.settle(sorted, opening.token, ms);
      throw new CasIntentUnavailableError(failures, { namespace: this.reporter.namespace });
    }
    const held = sorted.filter((key) => !failures.has(key));
    if (held.length > 0) this.backend.dropInBackground(held);
    // It is renewed from now on: holders of read leases may take longer to answer than it lasts.
    const intent = new OpenIntent({ keys: sorted, held }, opening, this.calls, this.invalidator, this.environment);
    if (this.announcements?.any === true) await this.tell(intent, held, onUnavailable, following);
    else intent.untold();
    this.reporter.intentOpened();
    return intent;
  }

  /** No write begins before every process knows that the keys are closed, and none when they are so no more. */
  private async tell(
    intent: OpenIntent,
    held: readonly string[],
    onUnavailable: 'throw' | 'proceed',
    following: FollowingAnnouncement | undefined,
  ): Promise<void> {
    const untold = await this.announcements?.tell(held, following);
    // The wait for others may be longer than what the intent has left where it cannot be renewed.
    const failed = untold ?? intent.loss();
    if (failed === undefined) return;
    for (const key of held) this.reporter.fault('intent', key, failed);
    if (onUnavailable === 'proceed') return intent.untold();
    await intent.settle();
    const failures = new Map(held.map((key) => [key, failed]));
    throw new CasIntentUnavailableError(failures, { namespace: this.reporter.namespace });
  }

  private async closeKeys(
    keys: readonly string[],
    { token, ms }: Opening,
    follower: Follower | undefined,
  ): Promise<Map<string, unknown>> {
    const failures = new Map<string, unknown>();
    this.changes.changed(keys);
    const refusal = this.invalidator.refusal();
    const answers = refusal === undefined ? await this.calls.open(keys, token, ms, follower) : keys.map(() => refusal);
    // What was found current until now must not outlast the write that begins now.
    this.changes.changed(keys);
    keys.forEach((key, i) => {
      const answer = answers[i];
      if (answer === undefined) return;
      failures.set(key, answer);
      this.reporter.fault('intent', key, answer);
    });
    return failures;
  }
}

interface Opening {
  readonly token: string;
  readonly ms: number;
  readonly begunAt: number;
}
