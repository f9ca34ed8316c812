import type { Generation } from '../../contracts/generation-store.js';
import type { BulkSetOutcome } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { AccessPolicy } from './access-policy.js';
import type { Guard } from '../support/guard.js';
import type { LoadedValue, ReadResult } from '../stores/backend.js';
import type { SelectedBackend } from '../stores/select-backend.js';
import { Miss, MISS_UNAVAILABLE } from '../stores/miss.js';
import { all, BulkFill } from './bulk-fill.js';
import type { BulkSeed } from '../options/bulk-seed.js';
import { isAnswered, measuredMany } from './measured-reads.js';
import type { OperationTimer } from '../support/operation-timer.js';
import type { Snapshots } from './snapshots.js';
import type { Awaitable } from '../../contracts/awaitable.js';
import { attempt } from '../../common/attempt.js';
import { Subset } from '../../common/subset.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';

/**
 * Many keys at once: through one bulk frame where the stores have them, else key by key in one go. Each operation
 * within its deadline, and only of keys that are admitted.
 */
export class ManyKeyAccess<V> {
  private readonly filling: BulkFill<V>;

  constructor(
    private readonly selected: SelectedBackend<V>,
    private readonly snapshots: Snapshots,
    private readonly guard: Guard,
    private readonly policy: AccessPolicy,
    bulkSeed: BulkSeed,
    /** Only where a hook asks how long the stores take. */
    private readonly timer?: OperationTimer | undefined,
  ) {
    this.filling = new BulkFill(selected, bulkSeed);
  }

  /** Only in a namespace with tags. */
  get tags(): NamespaceTags | undefined {
    return this.snapshots.tags;
  }

  /** The clock of the tags for what is loaded from now on, `undefined` when it cannot be had. */
  clock(): Awaitable<TagClock | undefined> {
    return this.snapshots.tags?.begin();
  }

  /** @param keys without duplicates. Answers in their order, for each of them. */
  async read(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const refusals = keys.map((key) => this.policy.read(key));
    if (refusals.every((refusal) => refusal === undefined)) return this.ask(keys);
    const admitted = new Subset(keys, (_, i) => refusals[i] === undefined);
    return admitted.putBack<ReadResult<V>, ReadResult<V>>(
      await this.ask(admitted.items),
      (found) => found,
      (_, i) => refusals[i] as Miss,
    );
  }

  /** @param keys without duplicates. Answers by key, for each of them. */
  async snapshot(keys: readonly string[]): Promise<Map<string, Generation>> {
    const answers = new Map<string, Generation>(keys.map((key) => [key, 0]));
    const asked = keys.filter((key) => this.policy.fill(key) === undefined);
    if (asked.length === 0) return answers;
    const none = (): readonly Generation[] => {
      this.policy.failed(asked);
      return asked.map(() => 0);
    };
    const waited = this.guard.within('snapshot', undefined, this.snapshots.takeMany(asked), none);
    const taken = await (this.timer?.many(
      'snapshot',
      asked.length,
      waited,
      (generations) => !generations.includes(0),
    ) ?? waited);
    asked.forEach((key, i) => answers.set(key, taken[i] ?? 0));
    return answers;
  }

  /**
   * @param heldBack as of a single fill
   * @throws CasEncodeError, CasValueError for any of the items. Nothing was written.
   */
  async fill(
    items: readonly LoadedValue<V>[],
    ttlMs: number,
    bulkTtlMs: number | undefined,
    heldBack?: () => void,
  ): Promise<BulkSetOutcome> {
    const refusals = items.map((item) => this.policy.fill(item.key) ?? this.snapshots.refusal(item, ttlMs));
    if (refusals.includes('disabled')) return all(items, 'disabled');
    if (items.length === 0) return all(items, 'stored');
    const { backend } = this.selected;
    const prepared = items.map(({ key, value, observed, stamp, tagged }, i) => ({
      key,
      observed: refusals[i] === undefined ? observed : 0,
      prepared: backend.prepare(key, value),
      stamp,
      tagged,
      refusal: refusals[i],
    }));
    const written = this.filling.write(prepared, ttlMs, bulkTtlMs, this.guard.patience(heldBack));
    const waited = this.guard.within('setBulk', undefined, written, () => {
      this.policy.failed(items.map(({ key }) => key));
      return all(items, 'unavailable');
    });
    const isOk = ({ singles }: BulkSetOutcome): boolean => [...singles.values()].every(isAnswered);
    return this.timer?.many('setBulk', items.length, waited, isOk) ?? waited;
  }

  /** @param keys that are admitted */
  private ask(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    return this.selected.backend.readLocal === undefined ? this.askStores(keys) : this.findRest(keys);
  }

  private async askStores(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    if (keys.length === 0) return [];
    const unavailable = (): readonly Miss[] => keys.map(() => MISS_UNAVAILABLE);
    const waited = this.guard.within<readonly ReadResult<V>[]>('getBulk', undefined, this.find(keys), unavailable);
    const found = await (this.timer === undefined ? waited : measuredMany(this.timer, keys, waited));
    this.learn(keys, found);
    return found;
  }

  /** What a read lease stands for is not asked for. */
  private async findRest(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const { backend } = this.selected;
    const local = keys.map((key) => backend.readLocal?.(key));
    const rest = new Subset(keys, (_, i) => local[i] === undefined);
    return rest.putBack<ReadResult<V>, ReadResult<V>>(
      await this.askStores(rest.items),
      (found) => found,
      (_, i) => local[i] as ReadResult<V>,
    );
  }

  private learn(keys: readonly string[], found: readonly ReadResult<V>[]): void {
    const failed = keys.filter((_, i) => isUnavailable(found[i]));
    if (failed.length > 0) this.policy.failed(failed);
    keys.forEach((key, i) => {
      if (!isUnavailable(found[i])) this.policy.learn(key, found[i]);
    });
  }

  /** The frame that holds just these keys is not to be served again, nor waited for. */
  protected dropFrame(keys: readonly string[]): void {
    void attempt(() => this.selected.bulkFrames?.remove(keys));
  }

  private async find(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const reading = (await this.selected.bulkFrames?.read(keys)) ?? 'ask-singles';
    if (reading === 'ask-singles') return this.selected.backend.readMany(keys);
    if (reading === 'unavailable') return keys.map(() => MISS_UNAVAILABLE);
    return reading;
  }
}

function isUnavailable(found: unknown): boolean {
  return found instanceof Miss && found.reason === 'unavailable';
}
