import { CasConfigError, CasIntentUnavailableError } from '../../errors.js';
import type { LocalChangeLog } from './local-change-log.js';
import { SYSTEM_TIMERS } from '../support/deadlines.js';
import type { Timers } from '../support/deadlines.js';
import type { IntentCalls } from './intent-calls.js';
import type { Invalidator } from './invalidator.js';
import type { Backend } from '../stores/backend.js';
import { OpenIntent } from './open-intent.js';
import type { ResolvedNamespaceOptions } from '../options/namespace-options.js';
import type { Reporter } from '../support/reporter.js';
import { randomToken } from '../support/random-token.js';
import { parseTtl } from '../../common/ttl.js';
import type { Ttl } from '../../common/ttl.js';

export interface WriteIntentOptions {
  /** How long the keys stay closed should this process die. Renewed while the write runs. Default: `intentLease`. */
  readonly lease?: Ttl | undefined;
  /**
   * What happens when a key cannot be closed. `'throw'` (default): the write is not begun. `'proceed'`: it runs without
   * the protection that the intent gives until its end, and the keys are invalidated after it.
   */
  readonly onUnavailable?: 'throw' | 'proceed' | undefined;
}

/** What a write under an intent is told. */
export interface WriteContext {
  /** Aborts with `CasIntentLostError` when the keys are no longer closed to readers. */
  readonly signal: AbortSignal;
}

/** Closes keys for the writes of one namespace. */
export class WriteIntents {
  private readonly leaseMs: number;
  private longestLeaseMs: number;
  private used: boolean;

  constructor(
    private readonly lane: Backend<unknown, unknown>,
    private readonly calls: IntentCalls,
    private readonly invalidator: Invalidator,
    private readonly reporter: Reporter,
    private readonly changes: LocalChangeLog,
    options: Pick<ResolvedNamespaceOptions, 'intents' | 'intentLeaseMs'>,
    private readonly timers: Timers = SYSTEM_TIMERS,
    private readonly tokens: () => string = randomToken,
  ) {
    this.leaseMs = options.intentLeaseMs;
    this.longestLeaseMs = this.leaseMs;
    this.used = options.intents;
  }

  /**
   * Whether a writer may be at work on the key of whose intent the store no longer knows. Nothing may be filled then: its
   * commit can come at any moment, and nothing would refuse the old value.
   */
  mayBeUnseen(key: string): boolean {
    return this.used && this.calls.mayHaveLost(key, this.longestLeaseMs);
  }

  /**
   * @param keys without duplicates
   * @throws CasIntentUnavailableError when a key could not be closed; CasTtlError, CasConfigError for bad options
   */
  async open(keys: readonly string[], { lease, onUnavailable }: WriteIntentOptions): Promise<OpenIntent> {
    const ms = lease === undefined ? this.leaseMs : parseTtl(lease, 'lease of a write intent');
    const proceeds = this.proceeds(onUnavailable);
    this.used = true;
    this.longestLeaseMs = Math.max(this.longestLeaseMs, ms);
    // One order for all writers, whatever order they name their keys in.
    const sorted = keys.toSorted();
    const opening: Opening = { token: this.tokens(), ms, begunAt: this.timers.now() };
    const failures = await this.close(sorted, opening);
    if (failures.size > 0 && !proceeds) {
      // An answer that was lost may have closed a key all the same. Nobody is going to write under this token.
      if (this.invalidator.refusal() === undefined) await this.invalidator.settle(sorted, opening.token, ms);
      throw new CasIntentUnavailableError(failures, { namespace: this.reporter.namespace });
    }
    const held = sorted.filter((key) => !failures.has(key));
    if (held.length > 0) this.lane.dropInBackground(held);
    this.reporter.intentOpened();
    return new OpenIntent(sorted, held, opening, this.calls, this.invalidator, this.reporter, this.timers);
  }

  private async close(keys: readonly string[], { token, ms }: Opening): Promise<Map<string, unknown>> {
    const failures = new Map<string, unknown>();
    this.changes.changed(keys);
    const refusal = this.invalidator.refusal();
    const answers = refusal === undefined ? await this.calls.open(keys, token, ms) : keys.map(() => refusal);
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

  private proceeds(onUnavailable: WriteIntentOptions['onUnavailable'] = 'throw'): boolean {
    if (onUnavailable === 'throw' || onUnavailable === 'proceed') return onUnavailable === 'proceed';
    throw new CasConfigError("onUnavailable of a write intent is 'throw' or 'proceed'.");
  }
}

interface Opening {
  readonly token: string;
  readonly ms: number;
  readonly begunAt: number;
}
