import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { CacheParts, CasCacheService } from '../../../lib/core/cas-cache.js';
import type { CasCacheStats } from '../../../lib/core/reporter.js';
import type { Row } from './database.js';
import type { Library } from './library.js';
import type { Subject } from './subject.js';

/** Deadlines that never pass: no schedule depends on time. */
const NEVER = { now: () => 0, set: () => ({ ref: () => undefined, unref: () => undefined }) };

/** As small as can be: what is under test is when, not what. */
const ROWS: CasCodec<Row> = {
  keepsClasses: true,
  encode: (row) => Buffer.from(JSON.stringify(row)),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Row,
};

/** The cache of this package, used as its documentation says. */
export class CasSubject implements Subject {
  private readonly cache: CasCacheService<Row>;

  constructor(library: Library, namespace: string, stores: Pick<CacheParts, 'provider' | 'generations' | 'near'>) {
    const options = library.resolveNamespaceOptions({ namespace, maxEntries: 4 });
    this.cache = new library.CasCacheService<Row>(options, {
      ...stores,
      codec: ROWS as CasCodec,
      hooks: [],
      timers: NEVER,
    });
  }

  read(key: string, load: () => Promise<Row>): Promise<Row> {
    return this.cache.getOrLoad(key, load);
  }

  peek(key: string): Promise<Row | undefined> {
    return this.cache.get(key);
  }

  async peekMany(keys: readonly string[]): Promise<readonly Row[]> {
    const { values } = await this.cache.getBulk(keys);
    return [...values.values()];
  }

  async readMany(keys: readonly string[], load: (missing: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
    const { values, missing } = await this.cache.getBulk(keys);
    if (missing.length === 0) return [...values.values()];
    const observed = await this.cache.snapshotGens(missing);
    const loaded = await load(missing);
    await this.cache.setBulkWithGens(
      loaded.map((row) => [row.key, row] as const),
      observed,
    );
    return [...values.values(), ...loaded];
  }

  invalidate(keys: readonly string[]): Promise<void> {
    return this.cache.invalidate(keys);
  }

  clear(): Promise<void> {
    return this.cache.clear();
  }

  stats(): CasCacheStats {
    return this.cache.stats();
  }
}
