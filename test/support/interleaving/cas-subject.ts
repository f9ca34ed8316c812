import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { CacheEvent } from '../../../lib/contracts/hooks.js';
import type { CacheParts, CasCacheService } from '../../../lib/core/cas-cache.js';
import type { LoadManyOptions, LoadOptions } from '../../../lib/core/options/load-options.js';
import type { ResolvedNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheStats } from '../../../lib/contracts/stats.js';
import type { Row } from './database.js';
import type { Library } from './library.js';
import { NAMESPACE } from './namespace.js';
import { ProcessTimers } from './process-timers.js';
import { RowRepository } from './row-repository.js';
import type { Stage } from './stage.js';
import type { Subject } from './subject.js';
import { tokensOf } from './tokens.js';

/** As small as can be: what is under test is when, not what. */
const ROWS: CasCodec<Row> = {
  keepsClasses: true,
  encode: (row) => Buffer.from(JSON.stringify(row)),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Row,
};

/** A process is made anew for every schedule; what can be told of its options beforehand is told once. */
const OPTIONS = new WeakMap<Library, ResolvedNamespaceOptions>();

function optionsOf(library: Library): ResolvedNamespaceOptions {
  const known = OPTIONS.get(library);
  if (known !== undefined) return known;
  const options = library.resolveNamespaceOptions({ namespace: NAMESPACE, maxEntries: 4, intents: true });
  OPTIONS.set(library, options);
  return options;
}

export interface CasSubjectOptions {
  /** Default: true. */
  readonly enabled?: boolean;
  /** Of its values. Default: none. */
  readonly valueVersion?: string | undefined;
  /** Whether the namespace has tags. Default: `false`. */
  readonly tags?: boolean | 'everywhere' | undefined;
  /** With read leases: by a clock that the processes share. */
  readonly timers?: ProcessTimers | undefined;
}

/** The cache of this package, used as its documentation says. */
export class CasSubject implements Subject {
  readonly timers: ProcessTimers;
  private readonly cache: CasCacheService<Row>;
  private repository: RowRepository | undefined;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly library: Library,
    stores: Pick<CacheParts, 'provider' | 'generations' | 'near' | 'cells'>,
    private readonly stage: Stage,
    { enabled = true, valueVersion, timers, tags = false }: CasSubjectOptions = {},
  ) {
    this.timers = timers ?? new ProcessTimers();
    const usual = enabled && valueVersion === undefined && tags === false;
    // Of keys that look like those of a partition: whole keys are all that the actors know.
    const partition = tags === false ? undefined : (): string => 'p';
    const leased = { ...optionsOf(library), tags, partition, readLease: true as const, timeoutMs: 3_600_000 };
    const plain = usual ? optionsOf(library) : { ...optionsOf(library), enabled, valueVersion, tags, partition };
    const options = timers === undefined ? plain : leased;
    this.cache = new library.CasCacheService<Row>(options, {
      ...stores,
      codec: ROWS as CasCodec,
      hooks: [{ events: ['pending-invalidations', 'hit'], onEvent: (event) => this.tell(event) }],
      timers: this.timers,
      random: () => 0,
      tokens: tokensOf(stage),
    });
  }

  get rows(): RowRepository {
    return (this.repository ??= new RowRepository(this.cache));
  }

  read(key: string, load: () => Promise<Row>, options?: LoadOptions<Row>): Promise<Row> {
    return this.cache.getOrLoad(key, load, options);
  }

  async loadMany(
    keys: readonly string[],
    load: (missing: readonly string[]) => Promise<Row[]>,
    options?: LoadManyOptions<Row>,
  ): Promise<Row[]> {
    const loaded = async (missing: readonly string[]): Promise<Map<string, Row>> =>
      new Map((await load(missing)).map((row) => [row.key, row]));
    return [...(await this.cache.getOrLoadMany(keys, loaded, options)).values()];
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

  clear(prefix?: string): Promise<void> {
    if (prefix === undefined) return this.cache.clear();
    // As a cache with partitions does, which knows its parts by name.
    return (this.cache as unknown as { clearPart(prefix: string): Promise<void> }).clearPart(prefix);
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.cache.invalidateTags(tags);
  }

  async store(key: string, load: () => Promise<Row>, tags: readonly string[]): Promise<Row> {
    const observed = await this.cache.observe(key);
    const row = await load();
    await this.cache.setWithGen(key, row, observed, { tags });
    return row;
  }

  write<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    return this.cache.withWriteIntent(keys, write);
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.library.runInCasTransaction(work);
  }

  commitUnknown(): Error {
    return new this.library.CasCommitUnknownError('The answer to the commit was lost.');
  }

  whenLanded(call: () => void): void {
    this.waiting.push(call);
  }

  stats(): CasCacheStats {
    return this.cache.stats();
  }

  private tell(event: CacheEvent): void {
    if (event.type === 'hit') this.stage.hits(event.key);
    if (event.type !== 'pending-invalidations' || event.keys + event.tags > 0 || event.wholeNamespace) return;
    const { waiting } = this;
    this.waiting = [];
    for (const call of waiting) call();
  }
}
