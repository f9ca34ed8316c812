import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { TagCatchUp, TagClock, TagStore, TagStores } from '../../../lib/contracts/tag-store.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';

interface Table extends TagClock {
  readonly floor: number;
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * The tags of one namespace in two cells that can be lost apart, as a server has them: every call is noted and can be
 * made to fail.
 */
export class ScriptedTags implements TagStores, TagStore {
  readonly script: Script;
  clock: TagClock | undefined;
  table: Table | undefined;
  /** For how long the last invalidation is to be remembered. */
  keptMs: number | undefined;
  private mark = 5_000;

  constructor(reach: 'process' | 'shared', log: CallLog) {
    this.script = new Script('tags', log, reach === 'process' ? 'at once' : 'later');
  }

  of(): TagStore {
    return this;
  }

  current(): Awaitable<TagClock | undefined> {
    return this.script.run('current', [], () => this.clock);
  }

  snapshot(): Awaitable<TagClock> {
    return this.script.run('snapshot', [], () => this.whole() ?? this.anew());
  }

  invalidate(tags: readonly string[], keepMs: number): Awaitable<TagClock> {
    this.keptMs = keepMs;
    return this.script.run('invalidate', tags, () => this.move(tags));
  }

  clear(): Awaitable<TagClock> {
    return this.script.run('clear', [], () => this.anew());
  }

  catchUp(above: number, most: number, tags: readonly string[]): Awaitable<TagCatchUp | undefined> {
    return this.script.run('catchUp', tags, () => {
      const { table } = this;
      if (table === undefined) return undefined;
      const { era, seq, floor } = table;
      const newer = [...table.rows].filter((row) => row[1] > above).toSorted((a, b) => b[1] - a[1]);
      return { era, seq, floor, own: tags.map((tag) => table.rows.get(tag)), rows: newer.slice(0, most) };
    });
  }

  /** What another process does. */
  move(tags: readonly string[]): TagClock {
    const whole = this.whole();
    if (whole === undefined) return this.anew();
    const seq = ++this.mark;
    const rows = new Map(whole.rows);
    for (const tag of tags) rows.set(tag, seq);
    this.put({ ...whole, seq, rows });
    return this.clock as TagClock;
  }

  /** The oldest row goes. */
  prune(): void {
    const { table } = this;
    const oldest = [...(table?.rows ?? [])].toSorted((a, b) => a[1] - b[1])[0];
    if (table === undefined || oldest === undefined) return;
    const rows = new Map(table.rows);
    rows.delete(oldest[0]);
    this.put({ ...table, rows, floor: Math.max(table.floor, oldest[1]) });
  }

  /** A new era, as for a clear by another process. */
  anew(): TagClock {
    const era = ++this.mark;
    this.put({ era, seq: era, floor: era, rows: new Map() });
    return this.clock as TagClock;
  }

  private whole(): Table | undefined {
    const { clock, table } = this;
    return clock !== undefined && clock.era === table?.era && clock.seq === table.seq ? table : undefined;
  }

  private put(table: Table): void {
    this.table = table;
    this.clock = { era: table.era, seq: table.seq };
  }
}
