import type { TagCatchUp, TagClock, TagStore, TagStores } from '../../../lib/contracts/tag-store.js';
import type { SimulatedServer } from './simulated-server.js';

interface Table extends TagClock {
  readonly floor: number;
  readonly rows: ReadonlyMap<string, number>;
}

/** The two cells of a namespace's tags, as the scripts of lib/redis keep them. Either may be lost. */
export class TagCells {
  private clock: TagClock | undefined;
  private table: Table | undefined;
  /** The clock of the server, which what is lost does not set back by itself. */
  private time = 100;

  current(): TagClock | undefined {
    return this.clock;
  }

  snapshot(): TagClock {
    return this.whole === undefined ? this.anew() : (this.clock as TagClock);
  }

  invalidate(tags: readonly string[]): TagClock {
    const { whole } = this;
    if (whole === undefined) return this.anew();
    const seq = ++this.time;
    return this.put({ ...whole, seq, rows: new Map([...whole.rows, ...tags.map((tag) => [tag, seq] as const)]) });
  }

  anew(): TagClock {
    const era = ++this.time;
    return this.put({ era, seq: era, floor: era, rows: new Map() });
  }

  /** The oldest row goes. */
  prune(): void {
    const { table } = this;
    const [oldest] = [...(table?.rows ?? [])].toSorted((one, other) => one[1] - other[1]);
    if (table === undefined || oldest === undefined) return;
    const rows = new Map(table.rows);
    rows.delete(oldest[0]);
    this.put({ ...table, rows, floor: Math.max(table.floor, oldest[1]) });
  }

  catchUp(above: number, most: number, tags: readonly string[]): TagCatchUp | undefined {
    const { table } = this;
    if (table === undefined) return undefined;
    const newer = [...table.rows].filter((row) => row[1] > above).toSorted((one, other) => other[1] - one[1]);
    const { era, seq, floor } = table;
    const [latest] = newer;
    // As if as many had been invalidated with the latest as are asked for, so that the others are left out.
    const rows = latest !== undefined && newer.length > 1 ? Array.from({ length: most }, () => latest) : newer;
    return { era, seq, floor, own: tags.map((tag) => table.rows.get(tag)), rows };
  }

  lose(cell: 'clock' | 'table'): void {
    this[cell] = undefined;
  }

  setBack(): void {
    this.clock = undefined;
    this.table = undefined;
    this.time = 50;
  }

  text(): string {
    const { clock, table } = this;
    const rows = [...(table?.rows ?? [])].map(([tag, seq]) => `${tag} ${seq}`).toSorted();
    return `tags: ${clock?.era};${clock?.seq} ${table?.era};${table?.seq};${table?.floor} ${rows.join(' ')}`;
  }

  private get whole(): Table | undefined {
    const { clock, table } = this;
    return clock !== undefined && clock.era === table?.era && clock.seq === table.seq ? table : undefined;
  }

  private put(table: Table): TagClock {
    this.table = table;
    this.clock = { era: table.era, seq: table.seq };
    return this.clock;
  }
}

/** The tags of a server, by the commands that lib/redis sends. */
export class SimulatedTags implements TagStores, TagStore {
  constructor(private readonly server: SimulatedServer) {}

  of(): TagStore {
    return this;
  }

  current(): Promise<TagClock | undefined> {
    return this.server.ask('clock of tags', [], () => this.server.tags.current());
  }

  snapshot(): Promise<TagClock> {
    return this.server.command('snapshot of tags', [], () => this.server.tags.snapshot());
  }

  invalidate(tags: readonly string[]): Promise<TagClock> {
    return this.server.command('invalidate tags', tags, () => this.server.tags.invalidate(tags));
  }

  clear(): Promise<TagClock> {
    return this.server.command('new era of tags', [], () => this.server.tags.anew());
  }

  catchUp(above: number, most: number, tags: readonly string[]): Promise<TagCatchUp | undefined> {
    return this.server.ask('catch up with tags', [above, ...tags], () => this.server.tags.catchUp(above, most, tags));
  }
}
