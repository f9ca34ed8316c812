import type { Row } from './database.js';
import type { SimulatedServer } from './simulated-server.js';
import { storageKey } from './namespace.js';
import type { Subject } from './subject.js';

/** The cache that everybody writes first: read, load and set on a miss; delete after the write. No generations. */
export class CacheAside implements Subject {
  constructor(private readonly server: SimulatedServer) {}

  async read(key: string, load: () => Promise<Row>): Promise<Row> {
    const cached = await this.peek(key);
    if (cached !== undefined) return cached;
    const row = await load();
    const entry = Buffer.from(JSON.stringify(row));
    await this.server.command('set', [key, entry], () => this.server.entries.set(storageKey(key), entry));
    return row;
  }

  async peek(key: string): Promise<Row | undefined> {
    const entry = await this.server.ask('get', [key], () => this.server.entries.get(storageKey(key)));
    return entry === undefined ? undefined : (JSON.parse(Buffer.from(entry).toString()) as Row);
  }

  async peekMany(keys: readonly string[]): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (const key of keys) rows.push(...[await this.peek(key)].filter((row) => row !== undefined));
    return rows;
  }

  async readMany(keys: readonly string[], load: (missing: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
    const rows: Row[] = [];
    for (const key of keys) rows.push(await this.read(key, async () => (await load([key]))[0] as Row));
    return rows;
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.server.command('unlink', [key], () => this.server.entries.delete(storageKey(key)));
    }
  }

  clear(): Promise<void> {
    return this.server.command('unlink all', [], () => this.server.entries.clear());
  }
}
