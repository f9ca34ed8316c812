import type { CasCodec } from '../../contracts/codec.js';
import type { CellStore } from '../../contracts/entry-cells.js';
import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, LiveEntry } from '../../contracts/provider.js';
import { AtomicBackend } from './atomic-backend.js';
import { BulkFrames } from './bulk-frames.js';
import type { BulkAccess } from './bulk-frames.js';
import { CellBackend } from './cell-backend.js';
import type { HitsAtOnce } from './hits-at-once.js';
import { LeasedHits } from './leased-hits.js';
import { EntryPlace } from './entry-place.js';
import type { Place } from './entry-place.js';
import { FramedFormat, LiveFormat } from './entry-format.js';
import type { BackendEnvironment } from './backend-environment.js';
import { isolatorOf } from '../values/isolation.js';
import type { ValueRules } from '../values/value-rules.js';
import type { EntryBackend, Backend } from './backend.js';
import type { ResolvedNamespaceOptions } from '../options/namespace-options.js';
import { attempt } from '../../common/attempt.js';
import { askOptional } from '../support/ask-optional.js';
import type { Reporter } from '../support/reporter.js';
import { SeparateStoresBackend } from './separate-stores-backend.js';
import type { Weigh } from './backend.js';
import { TieredBackend } from './tiered-backend.js';

/** Where a namespace keeps its entries and its generations. */
export interface Stores {
  readonly provider: CasProvider;
  readonly generations: GenerationStore;
  readonly codec: CasCodec;
  /** A provider of values in process, in front of `provider`. */
  readonly near?: CasProvider | undefined;
  /** Where `provider` and `generations` can have entry and generation of a key in one cell. */
  readonly cells?: CellStore | undefined;
}

/** What a namespace reads and writes by. `P` stays between `backend.prepare` and the two that take what it made. */
export interface SelectedBackend<V, P = unknown> {
  readonly backend: Backend<V, P>;
  /** Only where bulk frames pay: entries are bytes without a soft ttl, and no tier in process holds them as values. */
  readonly bulkFrames: BulkAccess<V, P> | undefined;
  /** Where there are bulk frames: the entries of single keys, before they are decoded. */
  readonly singles?: Pick<EntryBackend<V, P>, 'readEntries'> | undefined;
  /** Where hits may need no question: of cells, and under a read lease. */
  readonly atOnce?: HitsAtOnce<V> | undefined;
  /** Where single entries stand, the nearest first: for a look that is no read. */
  readonly places: readonly Place<V>[];
}

/** Finds out, once, what the stores of a namespace can do together. */
export function selectBackend<V>(
  options: ResolvedNamespaceOptions,
  stores: Stores,
  rules: ValueRules,
  environment: BackendEnvironment,
): SelectedBackend<V> {
  const { generations } = stores;
  const { reporter, keys } = environment;
  // An entry of bytes is never proven without a question.
  const unleased = { ...environment, lease: undefined };
  const isolator = isolatorOf(options.isolation, rules.copiers);
  if (stores.cells !== undefined) {
    const cells = stores.cells.scope<V>(keys, environment.limits);
    const backend = new CellBackend(cells, stores.provider, isolator, rules, environment);
    const held = stores.provider as CasProvider<LiveEntry<V>>;
    const places = [new EntryPlace('process', held, new LiveFormat<V>(isolator, rules), keys, true)];
    return erase({ backend, bulkFrames: undefined, atOnce: backend, places });
  }
  if (stores.provider.holds === 'values') {
    const values = stores.provider as CasProvider<LiveEntry<V>>;
    const live = new LiveFormat<V>(isolator, rules);
    const { backend, atOnce } = liveEntries(values, generations, live, environment);
    const places = [new EntryPlace('process', values, live, keys)];
    return erase({ backend, bulkFrames: undefined, atOnce, places });
  }

  const provider = stores.provider as CasProvider<Uint8Array>;
  const entryStores = { provider, generations };
  const framed = new FramedFormat(keys, stores.codec as CasCodec<V>, rules, environment.tags);
  const weigh = weigher(options, reporter);
  const atomic = askOptional(reporter.faultsOf('get'), () => provider.atomicWith?.(generations), undefined);
  const bytes: EntryBackend<V, Uint8Array> =
    atomic === undefined
      ? new SeparateStoresBackend(entryStores, framed, unleased, weigh)
      : new AtomicBackend(atomic, entryStores, framed, environment, stores.near && atomic.timed);

  const far = new EntryPlace<V, Uint8Array, Uint8Array>('store', provider, framed, keys);
  if (stores.near !== undefined) {
    const values = stores.near as CasProvider<LiveEntry<V>>;
    // What a codec makes of bytes is data, unless it makes instances.
    const live = new LiveFormat<V>(isolator, stores.codec.keepsClasses === true ? rules : undefined);
    const { backend: near, atOnce } = liveEntries(values, generations, live, environment);
    // Without stamps nothing is proven of them any more.
    environment.tags?.whenMet(() => void attempt(() => near.free('')));
    const replay = (key: string, payload: Uint8Array): V => framed.replay(key, payload);
    const limits = { ...options, sharesHits: options.isolation !== 'copy' };
    return erase({
      backend: new TieredBackend(near, bytes, replay, limits, environment),
      bulkFrames: undefined,
      atOnce,
      places: [new EntryPlace('near', values, live, keys), far],
    });
  }
  // A member of a bulk frame does not say when it was stored: only singles know how old they are.
  const { tags } = environment;
  if (options.disableBulk || options.freshMs !== undefined)
    return erase({ backend: bytes, bulkFrames: undefined, places: [far] });
  const bulkFrames = new BulkFrames(entryStores, atomic, framed, environment, weigh);
  return erase({
    backend: bytes,
    singles: bytes,
    get bulkFrames() {
      // Those of a process without the option carry no tags.
      return tags?.isOn === true && !tags.isAsked ? undefined : bulkFrames;
    },
    places: [far],
  });
}

/** Entries that are values of this process, whose generations are elsewhere, and what a read lease makes of them. */
function liveEntries<V>(
  provider: CasProvider<LiveEntry<V>>,
  generations: GenerationStore,
  live: LiveFormat<V>,
  environment: BackendEnvironment,
): { backend: SeparateStoresBackend<V, LiveEntry<V>, V>; atOnce: LeasedHits<V> | undefined } {
  const { lease } = environment;
  const backend = new SeparateStoresBackend({ provider, generations }, live, environment);
  lease?.droppingBy((some) => backend.dropInBackground(some));
  return { backend, atOnce: lease && new LeasedHits(lease, backend, live) };
}

/** What a backend prepares only the same backend takes, so callers need not know what it is. */
function erase<V, P>(paths: SelectedBackend<V, P>): SelectedBackend<V> {
  return paths as SelectedBackend<V>;
}

function weigher(options: ResolvedNamespaceOptions, reporter: Reporter): Weigh<Uint8Array> | undefined {
  const { computeSetCost } = options;
  if (computeSetCost === undefined) return undefined;
  return (key, frame, isBulk = false, members = 1) => {
    try {
      const cost = computeSetCost(key, frame, isBulk, members);
      if (Number.isFinite(cost) && cost > 0) return cost;
      reporter.warnOnce(
        'cost',
        'computeSetCost answered something else than a positive number; such entries weigh what they hold.',
      );
    } catch (cause) {
      reporter.fault('set', undefined, cause);
    }
    return undefined;
  };
}
