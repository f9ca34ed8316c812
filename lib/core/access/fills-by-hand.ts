import type { Generation } from '../../contracts/generation-store.js';
import type { BulkSetOutcome, SetOutcome } from '../../contracts/outcomes.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import { parseTtl } from '../../common/ttl.js';
import type { Ttl } from '../../common/ttl.js';
import { assertKey } from '../../keys/assert-key.js';
import type { ResolvedNamespaceOptions } from '../options/namespace-options.js';
import { namedTags } from '../options/tag-option.js';
import type { Freshness } from '../stores/freshness.js';
import { assertGeneration, assertValue, checkedItems } from '../support/input.js';
import type { Reporter } from '../support/reporter.js';
import type { ManyKeyAccess } from './many-key-access.js';
import { clockOf, isObserved, observation, stamped } from './observation.js';
import type { FillOptions, Observation } from './observation.js';
import type { SingleKeyAccess } from './single-key-access.js';

/** Why a bare number does not do. */
const BARE_NUMBER =
  'setWithGen and setBulkWithGens store nothing in a namespace with tags when they are given bare numbers: those do not say what the clock of the tags read before the load. Hand over what observe() or observeMany() answered, or the Map of snapshotGens() itself.';

/** Snapshot, load and set-if-unchanged, for code that loads by itself. */
export class FillsByHand<V> {
  constructor(
    private readonly single: SingleKeyAccess<V>,
    private readonly many: ManyKeyAccess<V>,
    private readonly freshness: Freshness,
    private readonly options: ResolvedNamespaceOptions,
    private readonly reporter: Reporter,
  ) {}

  async observe(key: string): Promise<Observation> {
    assertKey(key, this.reporter.namespace);
    const [generation, clock] = await Promise.all([this.single.snapshot(key), this.single.clock()]);
    return observation(generation, clock);
  }

  /** @param keys checked, without duplicates */
  async observeMany(keys: readonly string[]): Promise<Map<string, Observation>> {
    const generations = await this.snapshot(keys);
    const clock = clockOf(generations);
    return new Map(Array.from(generations, ([key, generation]) => [key, observation(generation, clock)]));
  }

  /** @param keys checked, without duplicates */
  async snapshot(keys: readonly string[]): Promise<Map<string, Generation>> {
    const [generations, clock] = await Promise.all([this.many.snapshot(keys), this.many.clock()]);
    return stamped(generations, clock);
  }

  /** @throws CasValueError, CasEncodeError, CasGenerationError, CasTtlError, CasTagError, CasConfigError */
  async set(
    key: string,
    value: V,
    observed: Generation | Observation,
    given: Ttl | FillOptions | undefined,
  ): Promise<SetOutcome> {
    const { namespace } = this.reporter;
    assertKey(key, namespace);
    assertValue(value, namespace, key);
    const generation = typeof observed === 'object' ? observed.generation : observed;
    assertGeneration(generation, namespace, key);
    const { ttlMs = this.options.ttlMs, tags } = this.settings(given);
    const outcome = this.lacksClock(observed)
      ? 'rejected'
      : await this.single.fill(
          {
            key,
            value,
            observed: generation,
            stamp: this.freshness.stampOf(this.options),
            tagged: this.stamp(observed, tags),
          },
          ttlMs,
        );
    this.reporter.fill(key, outcome);
    return outcome;
  }

  /** @throws as `set`; CasMissingGenerationError, CasDuplicateKeyError: nothing was written */
  async setMany(
    items: Iterable<readonly [string, V]>,
    observed: ReadonlyMap<string, Generation | Observation>,
    given: Ttl | FillOptions | undefined,
  ): Promise<BulkSetOutcome> {
    const { options } = this;
    const generations = new Map(
      Array.from(observed, ([key, each]) => [key, typeof each === 'object' ? each.generation : each]),
    );
    const checked = checkedItems(items, generations, this.reporter.namespace);
    const { ttlMs, tags } = this.settings(given);
    const stamp = this.freshness.stampOf(options);
    const isWhole = isObserved(observed);
    const sourceOf = (key: string): unknown => (isWhole ? observed : observed.get(key));
    const result = checked.some(({ key }) => this.lacksClock(sourceOf(key)))
      ? refused(checked)
      : await this.many.fill(
          checked.map((item) => ({ ...item, stamp, tagged: this.stamp(sourceOf(item.key), tags) })),
          ttlMs ?? options.ttlMs,
          ttlMs ?? options.bulkTtlMs,
        );
    result.singles.forEach((outcome, key) => this.reporter.fill(key, outcome));
    this.reporter.bulkFill(checked.length, result.outcome, result.bulk);
    return result;
  }

  private settings(given: Ttl | FillOptions | undefined): {
    readonly ttlMs: number | undefined;
    readonly tags: readonly string[];
  } {
    const { namespace } = this.reporter;
    const { ttl, tags }: FillOptions = typeof given === 'object' ? given : { ttl: given };
    const named = namedTags(tags, namespace, this.options.tags !== false) ?? [];
    return { ttlMs: ttl === undefined ? undefined : parseTtl(ttl), tags: named };
  }

  /** In a namespace with tags a number alone does not tell what was invalidated since the load began. */
  private lacksClock(observed: unknown): boolean {
    if (this.single.tags === undefined || isObserved(observed)) return false;
    this.reporter.warnOnce('bare generations', BARE_NUMBER);
    return true;
  }

  private stamp(observed: unknown, tags: readonly string[]): TagStamp | undefined {
    const clock = isObserved(observed) ? clockOf(observed as object) : undefined;
    return clock && { era: clock.era, seq: clock.seq, tags };
  }
}

function refused(items: readonly { readonly key: string }[]): BulkSetOutcome {
  return { outcome: 'rejected', bulk: false, singles: new Map(items.map(({ key }) => [key, 'rejected'])) };
}
