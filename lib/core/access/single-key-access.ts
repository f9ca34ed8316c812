import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import { assertKey } from '../../keys/assert-key.js';
import type { AccessPolicy } from './access-policy.js';
import { valueOf } from '../stores/hits.js';
import type { Guard } from '../support/guard.js';
import type { LoadedValue, ReadResult, Backend } from '../stores/backend.js';
import { Miss, MISS_UNAVAILABLE } from '../stores/miss.js';
import type { OperationTimer } from '../support/operation-timer.js';
import type { Reporter } from '../support/reporter.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import { isAnswered, measured } from './measured-reads.js';
import type { Snapshots } from './snapshots.js';
import { isPending, isPromise } from '../../common/attempt.js';

/** One key at a time: read, snapshot and fill, each where the access policy allows it and within its deadline. */
export class SingleKeyAccess<V> {
  constructor(
    private readonly backend: Backend<V, unknown>,
    private readonly snapshots: Snapshots,
    private readonly guard: Guard,
    private readonly reporter: Reporter,
    private readonly policy: AccessPolicy,
    /** Only where a hook asks how long the stores take. */
    private readonly timer?: OperationTimer | undefined,
  ) {}

  /** Whether stores are asked without I/O. */
  get answersAtOnce(): boolean {
    return this.backend.synchronous;
  }

  /** Only in a namespace with tags. */
  get tags(): NamespaceTags | undefined {
    return this.snapshots.tags;
  }

  /** The clock of the tags for what is loaded from now on, `undefined` when it cannot be had. */
  clock(): Awaitable<TagClock | undefined> {
    return this.snapshots.tags?.begin();
  }

  /** A read for a caller, which gets a value or none. @throws CasKeyError */
  async ask(key: string): Promise<V | undefined> {
    assertKey(key, this.reporter.namespace);
    const found = this.read(key);
    return isPromise(found) ? this.serve(key, await found) : this.serve(key, found, true);
  }

  /** As `ask`, where stores answer without I/O, or a read lease stands for a hit. Elsewhere nothing is asked. */
  askAtOnce(key: string): V | undefined {
    assertKey(key, this.reporter.namespace);
    if (!this.backend.synchronous) {
      const local = this.readLocal(key);
      return local === undefined || isPromise(local) ? undefined : this.serve(key, local, true);
    }
    const found = this.read(key);
    return isPromise(found) ? undefined : this.serve(key, found);
  }

  read(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const refused = this.policy.read(key);
    if (refused !== undefined) return refused;
    const local = this.backend.readLocal?.(key);
    if (local !== undefined) return local;
    const { timer } = this;
    return timer === undefined ? this.askStores(key) : measured(timer, key, () => this.askStores(key));
  }

  /**
   * As `read`, for a caller that loads what is missing. A key that nobody has asked for is given a generation by the
   * same step, if a fill may follow.
   */
  readToLoad(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const { backend } = this;
    if (backend.readOrIssue === undefined || backend.isNew?.(key) !== true) return this.read(key);
    return this.policy.fill(key) === undefined && this.policy.read(key) === undefined
      ? this.readOrIssue(key)
      : this.read(key);
  }

  /** Where the backend can. */
  protected readOrIssue(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const ask = (): Promise<ReadResult<V>> =>
      (this.backend.readOrIssue as NonNullable<Backend<V, unknown>['readOrIssue']>).call(this.backend, key);
    return this.timer === undefined ? ask() : measured(this.timer, key, ask);
  }

  /** What a read lease stands for. */
  protected readLocal(key: string): ReadResult<V> | Promise<ReadResult<V>> | undefined {
    return this.policy.read(key) === undefined ? this.backend.readLocal?.(key) : undefined;
  }

  private askStores(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const found = this.backend.read(key);
    if (!isPromise(found) || this.backend.keepsDeadline === true) return found;
    return this.guard.within('get', key, found, () => MISS_UNAVAILABLE);
  }

  /**
   * What the caller gets of a read, counted.
   *
   * @param atOnce it was not waited for
   */
  serve(key: string, found: ReadResult<V>, atOnce = false): V | undefined {
    if (found instanceof Miss) {
      this.policy.learn(key, found);
      this.reporter.miss(key, found.reason);
      return undefined;
    }
    // A hit that a read lease stands for says nothing of the stores.
    if (!atOnce || this.backend.synchronous) this.policy.learn(key, found);
    this.reporter.hit(key);
    return valueOf(found);
  }

  snapshot(key: string): Awaitable<Generation> {
    if (this.policy.fill(key) !== undefined) return 0;
    const taken = this.snapshots.take(key);
    if (!isPending(taken)) return taken;
    const waited = this.waitForSnapshot(key, taken);
    return this.timer?.one('snapshot', key, waited, (generation) => generation !== 0) ?? waited;
  }

  /**
   * @param heldBack called when the fill waits for a lost connection, which it does only where nobody waits for it
   * @throws CasEncodeError, CasValueError. Nothing was written.
   */
  fill(item: LoadedValue<V>, ttlMs: number, heldBack?: () => void): Awaitable<SetOutcome> {
    const { key, value, observed, stamp, tagged } = item;
    const refused = this.snapshots.refusal(item, ttlMs);
    const outcome = this.policy.fill(key) ?? refused;
    if (outcome !== undefined) return outcome;
    const prepared = this.backend.prepare(key, value);
    const filled = this.backend.fill({ key, observed, prepared, stamp, tagged }, ttlMs, this.guard.patience(heldBack));
    if (!isPending(filled)) return filled;
    const waited = this.waitForFill(key, filled);
    return this.timer?.one('set', key, waited, isAnswered) ?? waited;
  }

  /** An answer that comes too late is none: a store that always is late has to be known as one that fails. */
  private async waitForSnapshot(key: string, taken: PromiseLike<Generation>): Promise<Generation> {
    let answered = true;
    const generation = await this.guard.within<Generation>('snapshot', key, taken, () => {
      answered = false;
      return 0;
    });
    if (answered) this.policy.answered(key);
    else this.policy.failed([key]);
    return generation;
  }

  private waitForFill(key: string, filled: PromiseLike<SetOutcome>): Promise<SetOutcome> {
    return this.guard
      .within<SetOutcome>('set', key, filled, () => 'unavailable')
      .then((outcome) => {
        if (outcome === 'unavailable') this.policy.failed([key]);
        return outcome;
      });
  }
}
