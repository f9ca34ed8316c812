import { FILL_DEADLINE_MS } from '../common/fill-deadline.js';

/** So many keys at least may be loaded at a time. */
const LEAST = 10_000;

/**
 * The eras of keys without an entry: a load may still fill under them. Kept for as long as loads take, counted from
 * when they were last asked for. What is lost before that, where very many keys are asked for at once, costs a miss.
 *
 * They stand in two tables, which a new one displaces as soon as the younger has been there for so long: an
 * era needs no deadline of its own, and none is looked for.
 */
export class AwaitedEras {
  private young = new Map<string, number>();
  private old = new Map<string, number>();
  private displacedAt = 0;
  private readonly most: number;

  constructor(
    entries: number,
    private readonly longestLoadMs = (): number => FILL_DEADLINE_MS,
  ) {
    this.most = Math.max(entries, LEAST);
  }

  find(key: string): number | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  /** @param nowMs monotonic */
  keep(key: string, era: number, nowMs: number): void {
    if (nowMs >= this.displacedAt || this.young.size >= this.most) {
      this.old = this.young;
      this.young = new Map();
      this.displacedAt = nowMs + this.longestLoadMs();
    }
    this.young.set(key, era);
  }

  drop(key: string): void {
    // Both: the older table may have the key as well.
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(prefix: string): void {
    if (prefix === '') {
      this.young = new Map();
      this.old = new Map();
      return;
    }
    for (const table of [this.young, this.old]) {
      for (const key of table.keys()) if (key.startsWith(prefix)) table.delete(key);
    }
  }
}
