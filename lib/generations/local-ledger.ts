import type { Generation, GenerationReading } from '../contracts/generation-store.js';
import { type Cell, type CellGroup, CellWalk } from './local-cells.js';
import { HighWaterMark } from './local-mark.js';
import { LEAST_RETENTION, type LocalLimits } from './local-options.js';

/** Cells that one turn of the sweep looks at: some tens of microseconds. */
const CELLS_A_TURN = 1_000;
/** Milliseconds between two turns of one sweep. */
const BETWEEN_TURNS = 20;
/** Cells in use that eviction passes over before it takes one all the same: what bounds the cost of a new key. */
const MOST_SPARED = 16;
/** Cells that eviction looks at for one new key. It takes no open one, so that the store outgrows its bound rather. */
const MOST_LOOKED_AT = 1_000;

/**
 * What all keys of a store share: the mark, the coarse time, the bound and the sweep.
 *
 * Reads do not look at the clock. They note the current epoch in the cell, which is enough both for retention and for
 * second-chance eviction (a CLOCK whose reference bit is "touched in this epoch").
 */
export class LocalLedger {
  /** The coarse time. Moved on by the sweep and by every issue. */
  epoch = 0;
  /** What the monotonic clock last told, in milliseconds. Only as fresh as the last `look` or `issue`. */
  now = 0;
  readonly #mark = new HighWaterMark();
  readonly #groups = new Set<CellGroup>();
  #size = 0;
  #closed = false;
  #hand: CellWalk | undefined;
  #sweep: CellWalk | undefined;
  #timer: ReturnType<LocalLimits['timers']['setTimeout']> | undefined;

  constructor(private readonly limits: LocalLimits) {}

  join(group: CellGroup): void {
    this.#groups.add(group);
  }

  /** What the monotonic clock says now, or last said when that is no number. */
  look(): number {
    this.#tell(this.limits.monotonicClock());
    return this.now;
  }

  issue(): Generation {
    this.look();
    return this.#mark.next(this.limits.clock());
  }

  /** Gives the key, which has none, a cell. After `look` or `issue`. `false` after close. */
  admit(group: CellGroup, key: string, generation: GenerationReading): boolean {
    if (this.#closed) return false;
    if (this.#size >= this.limits.maxKeys) this.#makeRoom();
    group.cells.set(key, { generation, touched: this.epoch });
    this.#size++;
    this.#timer ??= this.#wake(this.limits.epochMs);
    return true;
  }

  drop(group: CellGroup, key: string): void {
    if (!group.cells.delete(key)) return;
    group.writers.forget(key);
    this.#size--;
  }

  /** Drops all cells of the group at once, whatever their number, but for those that writers have open. */
  dropAll(group: CellGroup): void {
    const now = this.look();
    const kept = new Map<string, Cell>();
    for (const key of group.writers.keys()) {
      const cell = group.writers.hold(key, now) ? group.cells.get(key) : undefined;
      if (cell === undefined) group.writers.forget(key);
      else kept.set(key, cell);
    }
    this.#replace(group, kept);
  }

  /** The epoch to note for a cell that has to outlive an entry of `ttlMs` by the fill deadline. */
  epochOutliving(ttlMs: number): number {
    const beyond = ttlMs + LEAST_RETENTION - this.limits.retention;
    return beyond > 0 ? this.epoch + Math.ceil(beyond / this.limits.epochMs) : this.epoch;
  }

  /** Drops every cell that is due now. */
  prune(): void {
    this.look();
    const walk = new CellWalk(this.#groups);
    while (this.#pruneNext(walk));
    this.#letGo();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) this.limits.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hand = undefined;
    this.#sweep = undefined;
    for (const group of this.#groups) {
      group.writers.clear();
      this.#replace(group, new Map());
    }
  }

  #replace(group: CellGroup, cells: Map<string, Cell>): void {
    this.#hand?.leave(group);
    this.#sweep?.leave(group);
    this.#size -= group.cells.size - cells.size;
    group.cells = cells;
  }

  #tell(nowMs: number): void {
    if (Number.isFinite(nowMs)) this.now = nowMs;
    const epoch = Math.floor(nowMs / this.limits.epochMs);
    if (Number.isSafeInteger(epoch)) this.epoch = epoch;
  }

  /** For one new key. A second cell goes where the bound was outgrown, so that the store comes back to it. */
  #makeRoom(): void {
    if (this.#evictOne() && this.#size >= this.limits.maxKeys) this.#evictOne();
  }

  #evictOne(): boolean {
    for (let looked = 0, spared = 0; looked < MOST_LOOKED_AT; looked++) {
      this.#hand ??= new CellWalk(this.#groups);
      const found = this.#hand.next();
      if (found === undefined) {
        this.#hand = undefined;
      } else if (found.group.writers.hold(found.key, this.now)) {
        continue;
      } else if (found.cell.touched < this.epoch || spared >= MOST_SPARED) {
        this.drop(found.group, found.key);
        return true;
      } else {
        found.cell.touched = this.epoch - 1;
        spared++;
      }
    }
    return false;
  }

  /** `false` at the end of the walk. */
  #pruneNext(walk: CellWalk): boolean {
    const found = walk.next();
    if (found === undefined) return false;
    const isDue = found.cell.touched < this.epoch - this.limits.keptEpochs;
    if (isDue && !found.group.writers.hold(found.key, this.now)) this.drop(found.group, found.key);
    return true;
  }

  /** One turn. A sweep goes over all cells in turns; the next begins an epoch after it, unless nothing is left. */
  #turn(): void {
    this.look();
    this.#sweep ??= new CellWalk(this.#groups);
    for (let looked = 0; looked < CELLS_A_TURN; looked++) {
      if (this.#pruneNext(this.#sweep)) continue;
      this.#sweep = undefined;
      this.#letGo();
      break;
    }
    if (this.#sweep) this.#timer = this.#wake(BETWEEN_TURNS);
    else this.#timer = this.#size > 0 ? this.#wake(this.limits.epochMs) : undefined;
  }

  /**
   * Eviction begins its walk anew: an iterator that rests keeps every table alive that its map has outgrown since, and
   * where the store stays below its bound it rests for good.
   */
  #letGo(): void {
    this.#hand = undefined;
  }

  #wake(ms: number): ReturnType<LocalLimits['timers']['setTimeout']> {
    const timer = this.limits.timers.setTimeout(() => this.#turn(), ms);
    timer.unref?.();
    return timer;
  }
}
