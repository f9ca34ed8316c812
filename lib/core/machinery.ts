import type { Awaitable } from '../contracts/awaitable.js';
import type { CasHooks } from '../contracts/hooks.js';
import { Admission } from './admission.js';
import type { Circumstances } from './admission.js';
import { Batch } from './batch.js';
import { Breaker } from './breaker.js';
import { Changes } from './changes.js';
import type { Timers } from './deadlines.js';
import { Freshness } from './freshness.js';
import { FillLease } from './fill-lease.js';
import { Guard } from './guard.js';
import { IntentCalls } from './intent-calls.js';
import { Invalidator } from './invalidator.js';
import { ISOLATORS } from './isolation.js';
import type { Isolator } from './isolation.js';
import { makePaths } from './lanes.js';
import type { Stores } from './lanes.js';
import type { Lane } from './lane.js';
import type { ResolvedNamespaceOptions } from './options.js';
import type { ResolvedReadOptions } from './load-options.js';
import { CacheLoadStores } from './load-stores.js';
import { Loads } from './loads.js';
import { ReadMany } from './read-many.js';
import { ReadSettings } from './read-settings.js';
import { ReadThrough } from './read-through.js';
import { Refreshes } from './refreshes.js';
import { Reporter } from './reporter.js';
import { RequestMemory } from './request-memory.js';
import { SinglePath } from './single-path.js';
import { Snapshots } from './snapshots.js';
import { WriteIntents } from './write-intents.js';
import { Writer } from './writer.js';

/** What a cache works with. It closes `owned` and nothing else. */
export interface CacheParts extends Stores {
  readonly hooks: readonly CasHooks[];
  readonly owned?: readonly { close(): Awaitable<void> }[] | undefined;
  readonly timers?: Timers | undefined;
  /** Tells this process from others when hits are picked for an early refresh. By default at random. */
  readonly seed?: number | undefined;
  /** From 0 to below 1, for `jitter`. By default at random. */
  readonly random?: (() => number) | undefined;
  /** Of the stores, for all their caches. By default one of this cache alone. */
  readonly breaker?: Breaker | undefined;
  /** Names writers under an intent, each differently, in letters and digits. By default at random. */
  readonly tokens?: (() => string) | undefined;
}

/** What the cache of a namespace is made of. */
export interface Machinery<V> {
  readonly reporter: Reporter;
  readonly freshness: Freshness;
  readonly lane: Lane<V, unknown>;
  readonly invalidator: Invalidator;
  readonly writer: Writer;
  readonly breaker: Breaker;
  readonly single: SinglePath<V>;
  readonly batch: Batch<V>;
  readonly requests: RequestMemory<V>;
  readonly through: ReadThrough<V>;
  readonly many: ReadMany<V>;
}

export function assemble<V>(
  options: ResolvedNamespaceOptions,
  parts: CacheParts,
  { active }: Pick<Circumstances, 'active'>,
): Machinery<V> {
  const { generations, timers } = parts;
  const reporter = new Reporter(options.namespace, parts.hooks);
  const guard = new Guard(reporter, options.timeoutMs, timers);
  const freshness = new Freshness(options.earlyRefresh, timers, parts.seed);
  const paths = makePaths<V>(options, parts, reporter, freshness);
  const { lane } = paths;
  const calls = new IntentCalls(generations.intents, guard, options.namespace);
  const changes = new Changes();
  const invalidator = new Invalidator(lane, calls, guard, reporter, changes, timers);
  const intents = new WriteIntents(lane, calls, invalidator, reporter, changes, options, timers, parts.tokens);
  const breaker = parts.breaker ?? new Breaker(parts, options.timeoutMs, timers);
  const writer = new Writer(options.namespace, invalidator, intents, options.intentLeaseMs);
  const { pending } = invalidator;
  const circumstances = { active, pending, intents, breaker, written: () => writer.written };
  const admission = new Admission(options.namespace, circumstances);
  const requests = new RequestMemory<V>(changes, requestIsolator(options, parts), circumstances, timers);
  const snapshots = new Snapshots(generations, reporter, admission);
  const single = new SinglePath(lane, snapshots, guard, reporter, admission);
  const batch = new Batch(paths, snapshots, guard, admission);
  // What another process keeps to itself would be waited for in vain.
  const leases = parts.provider.reach === 'shared' ? generations.leases : undefined;
  const lease = leases && new FillLease(leases, guard, reporter, timers, parts.tokens, parts.random);
  const stores = new CacheLoadStores(single, batch, reporter, options.bulkTtlMs, lease);
  const loads = new Loads<V>(stores, reporter, freshness, options, generations.fillDeadlineMs, timers, parts.random);
  const settings = new ReadSettings<V>(options as ResolvedReadOptions<V>, freshness);
  const refreshes = new Refreshes(loads, reporter);
  const through = new ReadThrough(single, loads, refreshes, settings, requests, reporter);
  const many = new ReadMany(batch, loads, refreshes, settings, requests, reporter);
  return { reporter, freshness, lane, invalidator, writer, breaker, single, batch, requests, through, many };
}

/** Hits that are decoded for each caller belong to it alone, unless it has promised not to write to them. */
function requestIsolator({ isolation }: ResolvedNamespaceOptions, { provider, near }: Stores): Isolator {
  const held = provider.holds === 'values' || near !== undefined;
  return ISOLATORS[held || isolation === 'reference' ? isolation : 'copy'];
}
