import type { CellFill, CurrentCell, EntryCells } from '../../contracts/entry-cells.js';
import { OPEN } from '../../contracts/generation-store.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { CasProvider } from '../../contracts/provider.js';
import { planOf, PreparedPlans, UNPLANNED } from '../values/copy-plan.js';
import type { CopyPlan } from '../values/copy-plan.js';
import type { Isolator } from '../values/isolation.js';
import type { ValueRules } from '../values/value-rules.js';
import type { Backend, FillItem, OnBumped, ReadResult } from './backend.js';
import type { BackendEnvironment } from './backend-environment.js';
import type { HitsAtOnce } from './hits-at-once.js';
import { eraseEntries } from './erase-entries.js';
import { heal } from './heal.js';
import { Miss, MISS_ABSENT } from './miss.js';
import { Hit, RefreshableHit } from './hits.js';
import type { HitOrigin } from './hits.js';

const MISS_OPEN = new Miss('open', OPEN);

/**
 * Entries of this process, each in one cell with its generation. Nothing is awaited, and nothing is compared on a hit:
 * what ends a generation ends the cell.
 */
export class CellBackend<V> implements Backend<V, CellFill<V>>, HitsAtOnce<V>, HitOrigin<V> {
  readonly synchronous = true;
  /** How to copy the plain trees among what was prepared, until that is noted. */
  private readonly plans = new PreparedPlans();

  /** @param provider has the entries of the cells too, for what looks for all of a key */
  constructor(
    private readonly cells: EntryCells<V>,
    private readonly provider: CasProvider,
    private readonly isolator: Isolator,
    private readonly rules: ValueRules,
    private readonly environment: BackendEnvironment,
  ) {}

  answerAtOnce(key: string): Promise<V> | undefined {
    const cell = this.cells.find(key);
    if (cell === undefined || cell.stamp !== undefined) return undefined;
    if (cell.answer !== undefined) return cell.answer;
    return this.isolator.sharesHits ? this.sharedAnswer(cell) : this.copiedAnswer(cell);
  }

  valueAtOnce(key: string): V | undefined {
    const cell = this.cells.find(key);
    if (cell === undefined || cell.stamp !== undefined) return undefined;
    try {
      return this.handOut(cell);
    } catch {
      return undefined;
    }
  }

  /** Another value of what a hit was made of: the cell may hold a newer one by now. */
  value(_key: string, payload: V): V {
    return this.isolator.hand(payload);
  }

  read(key: string): ReadResult<V> {
    const cell = this.cells.find(key);
    const clock = this.clock();
    if (cell === undefined) return this.missing(key).at(clock);
    const refusal = cell.tags && this.environment.tags?.refusal(cell.tags);
    if (refusal !== undefined) return new Miss(refusal);
    const generation = this.cells.generationOf(cell);
    let value: V;
    try {
      value = this.handOut(cell);
    } catch (cause) {
      heal(this.environment.reporter, key, 'undecodable', () => this.cells.drop(key), cause);
      return new Miss('undecodable', generation).at(clock);
    }
    const { stamp, tags } = cell;
    if (stamp === undefined) return tags === undefined ? value : new Hit(value, generation, tags);
    const age = this.environment.freshness.judge(key, generation, stamp);
    if (age !== 'fresh') {
      // None of its tags was invalidated until now.
      const tagged = tags && clock && { ...clock, tags };
      return new RefreshableHit<V>(value, generation, age === 'expired', stamp, tagged, this, cell.payload);
    }
    return tags === undefined ? value : new Hit(value, generation, tags);
  }

  readMany(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    return Promise.resolve(keys.map((key) => this.read(key)));
  }

  prepare(key: string, value: V): CellFill<V> {
    const payload = this.isolator.keep(value, this.plans, this.rules.assertKept(key, value));
    return { payload, plan: this.plans.take(payload), stamp: undefined };
  }

  fill({ key, observed, prepared, stamp, tagged }: FillItem<CellFill<V>>, ttlMs: number): SetOutcome {
    const isPlain = stamp === undefined && tagged === undefined;
    const fill = isPlain ? prepared : { ...prepared, stamp, tagged };
    return this.cells.fill(key, observed, fill, ttlMs) ? 'stored' : 'stale';
  }

  fillMany(items: readonly FillItem<CellFill<V>>[], ttlMs: number): Promise<readonly SetOutcome[]> {
    return Promise.resolve(items.map((item) => this.fill(item, ttlMs)));
  }

  invalidate(keys: readonly string[], onBumped: OnBumped): Promise<readonly Generation[]> {
    const bumped = keys.map((key) => this.cells.bump(key));
    onBumped(bumped);
    return Promise.resolve(bumped);
  }

  drop(keys: readonly string[]): Promise<readonly undefined[]> {
    this.dropInBackground(keys);
    return Promise.resolve(keys.map(() => undefined));
  }

  dropInBackground(keys: readonly string[]): void {
    for (const key of keys) this.cells.drop(key);
  }

  erase(keys: readonly string[]): Promise<void> {
    return eraseEntries(this.provider, this.environment.keys, keys);
  }

  clear(prefix: string): Promise<void> {
    this.cells.clear(prefix);
    return Promise.resolve();
  }

  private missing(key: string): Miss {
    if (!this.cells.isEndedByTag(key)) return this.cells.isOpen(key) ? MISS_OPEN : MISS_ABSENT;
    heal(this.environment.reporter, key, 'tag-invalidated', () => this.cells.drop(key));
    return new Miss('tag-invalidated');
  }

  /** The clock of the tags, which are of this process, too. */
  private clock(): TagClock | undefined {
    return this.environment.tags?.ask() as TagClock | undefined;
  }

  /** A value is looked at for a `then` when its promise is made: what is read often keeps that promise. */
  private sharedAnswer(cell: CurrentCell<V>): Promise<V> {
    const answer = Promise.resolve(cell.payload);
    // A promise for each entry would be dearer than what most of them hold.
    if (cell.isReadOften) cell.answer = answer;
    return answer;
  }

  private copiedAnswer(cell: CurrentCell<V>): Promise<V> | undefined {
    try {
      return Promise.resolve(this.handOut(cell));
    } catch {
      return undefined;
    }
  }

  private handOut(cell: CurrentCell<V>): V {
    if (cell.plan === UNPLANNED && cell.isReadOften) cell.plan = planOf(cell.payload as object);
    return this.isolator.hand(cell.payload, cell.plan as CopyPlan | undefined);
  }
}
