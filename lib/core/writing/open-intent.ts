import { CasIntentLostError } from '../../write-errors.js';
import type { TimerHandle, Timers } from '../../common/timers.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import type { IntentCalls } from './intent-calls.js';
import type { Invalidator } from './invalidator.js';
import type { Reporter } from '../support/reporter.js';

/** A lease is renewed so many times before it would run out. */
const RENEWALS = 3;
/** After a renewal that failed the next one comes so many times in a lease. */
const HASTY_RENEWALS = 12;

export interface Lease {
  readonly token: string;
  readonly ms: number;
  /** Monotonic, from before the request was sent: the store counts from later. */
  readonly begunAt: number;
}

/**
 * Keys that are closed to readers for a write. Renews its lease until it is concluded; where that fails, the signal
 * aborts, because readers may fill the key again while the write goes on.
 */
export class OpenIntent {
  readonly keys: readonly string[];
  private readonly reporter: Reporter;
  private readonly timers: Timers;
  private readonly controller = new AbortController();
  /** When each key that is closed will be open again, as far as is known here. */
  private readonly heldUntil: Map<string, number>;
  private timer: TimerHandle | undefined;
  private concluded = false;
  private isUntold = false;

  /**
   * @param keys all of the call; those of `held` were closed
   */
  constructor(
    { keys, held }: { readonly keys: readonly string[]; readonly held: readonly string[] },
    private readonly lease: Lease,
    private readonly calls: IntentCalls,
    private readonly invalidator: Invalidator,
    { reporter, timers }: Pick<CacheEnvironment, 'reporter' | 'timers'>,
  ) {
    this.keys = keys;
    this.reporter = reporter;
    this.timers = timers;
    this.heldUntil = new Map(held.map((key) => [key, lease.begunAt + lease.ms]));
    this.wait(RENEWALS);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why not all of the keys are closed any more, if so. */
  loss(): unknown {
    this.lose(this.expired());
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  /** Processes that hold read leases may not know that the keys are closed. */
  untold(): void {
    this.isUntold = true;
  }

  /**
   * Opens the keys to readers again, under new generations. Never rejects; answers the cause for each key that failed.
   */
  async settle(): Promise<ReadonlyMap<string, unknown>> {
    this.conclude();
    this.lose(this.expired());
    const { failures, lost } = await this.invalidator.settle(
      this.keys,
      this.lease.token,
      this.lease.ms,
      (key) => !this.isUntold && this.heldUntil.has(key),
    );
    this.lose(lost.filter((key) => this.heldUntil.has(key)));
    return failures;
  }

  /** Lets the lease run out, and answers how long that takes at most. */
  abandon(): number {
    this.conclude();
    let latest = 0;
    for (const until of this.heldUntil.values()) latest = Math.max(latest, until);
    return latest - this.timers.now();
  }

  private wait(times: number): void {
    if (this.concluded || this.heldUntil.size === 0) return;
    // Not beyond the end of a lease: the write is told of that then.
    let ms = this.lease.ms / times;
    for (const until of this.heldUntil.values()) ms = Math.min(ms, until - this.timers.now());
    this.timer = this.timers.set(() => void this.renew(), Math.ceil(ms));
    this.timer.unref();
  }

  /** Its timer goes too: for the rest of a lease, many short writes would keep much. */
  private conclude(): void {
    this.concluded = true;
    this.timer?.close?.();
  }

  private async renew(): Promise<void> {
    if (this.concluded) return;
    this.lose(this.expired());
    const keys = [...this.heldUntil.keys()];
    if (keys.length === 0) return;
    const { token, ms } = this.lease;
    const begunAt = this.timers.now();
    const answers = await this.calls.renew(keys, token, ms);
    if (this.concluded) return;
    keys.forEach((key, i) => {
      const answer = answers[i];
      if (answer === true) this.heldUntil.set(key, begunAt + ms);
      else if (answer !== false) this.reporter.fault('intent', key, answer);
    });
    this.lose([...keys.filter((_, i) => answers[i] === false), ...this.expired()]);
    this.wait(answers.some((answer) => answer instanceof Error) ? HASTY_RENEWALS : RENEWALS);
  }

  private expired(): string[] {
    const now = this.timers.now();
    return [...this.heldUntil].filter(([, until]) => until <= now).map(([key]) => key);
  }

  private lose(keys: readonly string[]): void {
    const lost = keys.filter((key) => this.heldUntil.delete(key));
    if (lost.length === 0) return;
    this.reporter.intentLost(lost);
    const { namespace } = this.reporter;
    const message = `The write intent on ${lost.length} key(s) of namespace "${namespace}" ran out or was lost before the write had ended: readers may fill them again. Let writes end when their signal aborts, or raise the lease.`;
    this.controller.abort(new CasIntentLostError(message, { namespace }));
  }
}
