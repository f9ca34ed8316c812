import type { Generation } from '../contracts/generation-store.js';
import type { BulkSetOutcome, SetOutcome } from '../contracts/outcomes.js';
import type { Ttl } from '../common/ttl.js';
import { assertPartition } from '../keys/partition-key.js';
import { clockOf, isObserved, stamped } from './access/observation.js';
import type { FillOptions, Observation } from './access/observation.js';
import { CasCacheService } from './cas-cache.js';
import type { CacheParts } from './compose-cache.js';
import type { LoadContext } from './loading/load-context.js';
import { NO_OPTIONS } from './loading/read-settings.js';
import type { ClearOptions } from './options/clear-options.js';
import type { LoadMany } from './loading/read-call.js';
import type { LoadManyOptions, LoadOptions, LoadPositionsOptions } from './options/load-options.js';
import type { ResolvedNamespaceOptions } from './options/namespace-options.js';
import type { Explanation, ExplainOptions, TagsExplanation } from './explain/explanation.js';
import { nameOwnKeys } from './partition/errors-of-callers.js';
import { Partition } from './partition/partition.js';
import { askedWithOwnKeys, contextOf, taggedIn } from './partition/partitioned-loading.js';
import { listOf } from './support/input.js';
import type { WriteContext, WriteIntentOptions } from './writing/write-intents.js';

type WithPartition = ResolvedNamespaceOptions & { readonly partition: () => string };

/** The cache of a namespace as its options have it. */
export function makeCache<V>(options: ResolvedNamespaceOptions, parts: CacheParts): CasCacheService<V> {
  return options.partition === undefined
    ? new CasCacheService<V>(options, parts)
    : new PartitionedCache<V>(options as WithPartition, parts);
}

/**
 * The one place where the keys of callers become those of the cache, and back: everything behind it knows whole keys,
 * and nothing of partitions. Each call asks once for its partition, before anything else.
 */
class PartitionedCache<V> extends CasCacheService<V> {
  private readonly askPartition: () => unknown;
  /** The partition of a view, which asks for none. */
  private readonly view: string | undefined = undefined;
  /** The options of calls that were seen, if they are frozen, as those of decorators are. */
  private readonly seen = new WeakMap<object, object>();

  constructor(options: WithPartition, parts: CacheParts) {
    // A loader behind a caller looks for the partition where the caller has it.
    super(askedWithOwnKeys(options), { ...parts, loadSurroundings: 'caller' });
    this.askPartition = options.partition;
  }

  /** A view: the state is that of the one cache, whose `close` closes it. */
  override in(partition: string): CasCacheService<V> {
    assertPartition(partition, this.namespace);
    return Object.create(this, { view: { value: partition } }) as PartitionedCache<V>;
  }

  override pinned(): CasCacheService<V> {
    return this.in(this.current().name);
  }

  override get(key: string): Promise<V | undefined> {
    return this.within((part) => super.get(part.frame(key)));
  }

  override getSync(key: string): V | undefined {
    return super.getSync(this.current().frame(key));
  }

  override setWithGen(
    key: string,
    value: V,
    observed: Generation | Observation,
    options?: Ttl | FillOptions,
  ): Promise<SetOutcome> {
    return this.within((part) => super.setWithGen(part.frame(key), value, observed, fillOptionsIn(options, part)));
  }

  override invalidate(key: string | readonly string[]): Promise<void> {
    return this.within((part) => super.invalidate(part.frameAll(listOf(key))));
  }

  override invalidateTags(tags: string | readonly string[]): Promise<void> {
    return this.within((part) => super.invalidateTags(part.frameTags(tags)));
  }

  override erase(key: string | readonly string[]): Promise<void> {
    return this.within((part) => super.erase(part.frameAll(listOf(key))));
  }

  override explain(key: string, options?: ExplainOptions): Promise<Explanation<V>> {
    return this.within(async (part) => part.explained(await super.explain(part.frame(key), options)));
  }

  override explainTags(tags: string | readonly string[]): Promise<TagsExplanation> {
    return this.within(async (part) => part.explainedTags(await super.explainTags(part.frameTags(tags))));
  }

  override withWriteIntent<T>(
    keys: string | readonly string[],
    write: (context: WriteContext) => Promise<T> | T,
    options: WriteIntentOptions = {},
  ): Promise<T> {
    return this.within((part) => super.withWriteIntent(part.frameAll(listOf(keys)), write, options));
  }

  override getBulk(keys: readonly string[]): Promise<{ values: Map<string, V>; missing: string[] }> {
    return this.within(async (part) => {
      const { values, missing } = await super.getBulk(part.frameAll(keys));
      return { values: part.byOwn(values), missing: missing.map(part.own) };
    });
  }

  override setBulkWithGens(
    items: Iterable<readonly [string, V]>,
    observed: ReadonlyMap<string, Generation | Observation>,
    options?: Ttl | FillOptions,
  ): Promise<BulkSetOutcome> {
    return this.within(async (part) => {
      const framed = [...items].map(([key, value]) => [part.frame(key), value] as const);
      const generations = new Map([...observed].map(([key, generation]) => [part.prefix + key, generation]));
      if (isObserved(observed)) stamped(generations, clockOf(observed));
      const result = await super.setBulkWithGens(framed, generations, fillOptionsIn(options, part));
      return { ...result, singles: part.byOwn(result.singles) };
    });
  }

  override snapshotGen(key: string): Promise<Generation> {
    return this.within((part) => super.snapshotGen(part.frame(key)));
  }

  override snapshotGens(keys: readonly string[]): Promise<Map<string, Generation>> {
    return this.within(async (part) => {
      const generations = await super.snapshotGens(part.frameAll(keys));
      return stamped(part.byOwn(generations), clockOf(generations));
    });
  }

  override observe(key: string): Promise<Observation> {
    return this.within((part) => super.observe(part.frame(key)));
  }

  override observeMany(keys: readonly string[]): Promise<Map<string, Observation>> {
    return this.within(async (part) => part.byOwn(await super.observeMany(part.frameAll(keys))));
  }

  override getOrLoad(
    key: string,
    load: (context: LoadContext<V>) => Promise<V> | V,
    options: LoadOptions<V> = NO_OPTIONS,
  ): Promise<V> {
    return this.within((part) =>
      super.getOrLoad(part.frame(key), (context) => load(contextOf(context, part)), this.reading(options, part)),
    );
  }

  /** Decorators ask for it by the caller's own key, which is none of this cache. */
  override quickHit(_key: string, _options: LoadOptions<V>): undefined {
    return undefined;
  }

  override getOrLoadMany(
    keys: readonly string[],
    load: LoadMany<V>,
    options: LoadPositionsOptions<V>,
  ): Promise<(V | undefined)[]>;
  override getOrLoadMany(
    keys: readonly string[],
    load: LoadMany<V>,
    options?: LoadManyOptions<V>,
  ): Promise<Map<string, V>>;
  override getOrLoadMany(
    keys: readonly string[],
    load: LoadMany<V>,
    options: LoadManyOptions<V> | LoadPositionsOptions<V> = NO_OPTIONS,
  ): Promise<Map<string, V> | (V | undefined)[]> {
    return this.within<Map<string, V> | (V | undefined)[]>(async (part) => {
      const loadFramed = async (missing: string[], context: LoadContext<V>): Promise<Map<string, V>> => {
        const loaded: unknown = await load(missing.map(part.own), contextOf(context, part));
        // Anything else is refused where that of all loaders is.
        if (!(loaded instanceof Map)) return loaded as Map<string, V>;
        return new Map([...(loaded as Map<string, V>)].map(([own, value]) => [part.framedIfText(own), value]));
      };
      const framed = part.frameAll(keys);
      const answer: Map<string, V> | (V | undefined)[] = await super.getOrLoadMany(
        framed,
        loadFramed,
        this.reading(options as LoadManyOptions<V>, part),
      );
      // By position no keys are named.
      return Array.isArray(answer) ? answer : part.byOwn(answer);
    });
  }

  /** Without a partition all of them; that of a view, its own. */
  override async clear({ partition = this.view }: ClearOptions = {}): Promise<void> {
    if (partition === undefined) return super.clear();
    assertPartition(partition, this.namespace);
    return this.clearPart(new Partition(partition, this.namespace).prefix);
  }

  override close(): Promise<void> {
    return this.view === undefined ? super.close() : (Object.getPrototypeOf(this) as CasCacheService<V>).close();
  }

  /** @throws CasKeyError when there is none */
  private current(): Partition {
    const name = this.view ?? this.askPartition();
    assertPartition(name, this.namespace);
    return new Partition(name, this.namespace);
  }

  /** Never throws: what fails, for want of a partition too, rejects. */
  private async within<T>(work: (part: Partition) => Promise<T>): Promise<T> {
    const part = this.current();
    try {
      return await work(part);
    } catch (error) {
      throw nameOwnKeys(error, part, this.namespace);
    }
  }

  private reading<O extends LoadOptions<V>>(options: O, part: Partition): O {
    const reading = (this.seen.get(options) as O | undefined) ?? askedWithOwnKeys(options);
    if (Object.isFrozen(options)) this.seen.set(options, reading);
    return taggedIn<V, O>(reading, part);
  }
}

function fillOptionsIn(options: Ttl | FillOptions | undefined, part: Partition): Ttl | FillOptions | undefined {
  if (typeof options !== 'object' || options.tags === undefined) return options;
  return { ...options, tags: part.frameTags(options.tags) };
}
