import type { CasCodec } from '../contracts/codec.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasProvider, LiveEntry } from '../contracts/provider.js';
import { AtomicLane } from './atomic-lane.js';
import { BulkPath } from './bulk-path.js';
import type { BulkStore } from './bulk-path.js';
import { ClassLossWatch } from './class-loss.js';
import { FramedFormat, LiveFormat } from './entry-format.js';
import type { Freshness } from './freshness.js';
import { ISOLATORS } from './isolation.js';
import type { BackingLane, Lane } from './lane.js';
import type { ResolvedNamespaceOptions } from './options.js';
import type { Reporter } from './reporter.js';
import { SplitLane } from './split-lane.js';
import type { Weigh } from './split-lane.js';
import { TieredLane } from './tiered-lane.js';

/** Where a namespace keeps its entries and its generations. */
export interface Stores {
  readonly provider: CasProvider;
  readonly generations: GenerationStore;
  readonly codec: CasCodec;
  /** A provider of values in process, in front of `provider`. */
  readonly near?: CasProvider | undefined;
}

/** The paths of a namespace. `P` stays between `lane.prepare` and the two that take what it made. */
export interface Paths<V, P = unknown> {
  readonly lane: Lane<V, P>;
  /** Only where bulk frames pay: entries are bytes without a soft ttl, and no tier in process holds them as values. */
  readonly bulk: BulkStore<V, P> | undefined;
}

/** Finds out, once, what the stores of a namespace can do together. */
export function makePaths<V>(
  options: ResolvedNamespaceOptions,
  stores: Stores,
  reporter: Reporter,
  freshness: Freshness,
): Paths<V> {
  const { generations } = stores;
  const live = new LiveFormat<V>(ISOLATORS[options.isolation]);
  if (stores.provider.holds === 'values') {
    const values = stores.provider as CasProvider<LiveEntry<V>>;
    return erase({ lane: new SplitLane(values, generations, live, reporter, options, freshness), bulk: undefined });
  }

  const provider = stores.provider as CasProvider<Uint8Array>;
  const warn = (message: string): void => reporter.warnOnce(message, message);
  const framed = new FramedFormat(
    options.namespace,
    stores.codec as CasCodec<V>,
    new ClassLossWatch(stores.codec.keepsClasses === true ? undefined : warn),
  );
  const weigh = weigher(options, reporter);
  const atomic = provider.atomicWith?.(generations);
  const bytes: BackingLane<V, Uint8Array> =
    atomic === undefined
      ? new SplitLane(provider, generations, framed, reporter, options, freshness, weigh)
      : new AtomicLane(atomic, provider, generations, framed, reporter, freshness);

  if (stores.near !== undefined) {
    const values = stores.near as CasProvider<LiveEntry<V>>;
    const near = new SplitLane(values, generations, live, reporter, options, freshness);
    const decode = (key: string, payload: Uint8Array): V => framed.value(key, payload);
    const limits = { ...options, sharesHits: options.isolation !== 'copy' };
    return erase({ lane: new TieredLane(near, bytes, decode, reporter, limits), bulk: undefined });
  }
  // A member of a bulk frame has no stamp: with a soft ttl, only singles know how old they are.
  if (options.disableBulk || options.freshMs !== undefined) return erase({ lane: bytes, bulk: undefined });
  return erase({ lane: bytes, bulk: new BulkPath(provider, generations, atomic, framed, reporter, weigh) });
}

/** What a lane prepares only the same lane takes, so callers need not know what it is. */
function erase<V, P>(paths: Paths<V, P>): Paths<V> {
  return paths as Paths<V>;
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
