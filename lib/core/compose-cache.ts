import type { Awaitable } from '../contracts/awaitable.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { TagStore } from '../contracts/tag-store.js';
import type { MemoryUsage } from '../contracts/provider.js';
import { NamespaceKeys } from '../keys/namespace-keys.js';
import { partitionTagOf } from '../keys/partition-key.js';
import { redactKey as redactByDefault } from '../keys/redact-key.js';
import { AccessPolicy } from './access/access-policy.js';
import type { CacheState } from './access/access-policy.js';
import { FillsByHand } from './access/fills-by-hand.js';
import { accessTo } from './access/guarded-access.js';
import type { ManyKeyAccess } from './access/many-key-access.js';
import { QuickHits } from './access/quick-hits.js';
import { Breaker } from './support/breaker.js';
import { LocalChangeLog } from './support/local-change-log.js';
import { askOptional } from './support/ask-optional.js';
import { SYSTEM_TIMERS } from '../common/timers.js';
import type { Timers } from '../common/timers.js';
import type { CacheEnvironment } from './support/cache-environment.js';
import { OperationTimer } from './support/operation-timer.js';
import { randomToken } from './support/random-token.js';
import { Explainer } from './explain/explainer.js';
import { History } from './explain/history.js';
import { Lifetimes } from './loading/lifetimes.js';
import { Freshness } from './stores/freshness.js';
import { FillDeadline } from './loading/fill-deadline.js';
import { scopedEntries } from './stores/scoped-stores.js';
import { isInsideLoad } from './loading/load-nesting.js';
import { LoadLease } from './loading/load-lease.js';
import { Guard } from './support/guard.js';
import { closeCache } from './writing/close-cache.js';
import { IntentCalls } from './writing/intent-calls.js';
import { Eraser } from './writing/eraser.js';
import { Announcements } from './writing/announcements.js';
import { Invalidator } from './writing/invalidator.js';
import type { HasRules } from './values/class-facts.js';
import { InstanceTable } from './values/instance-table.js';
import { NearLease } from './stores/near-lease.js';
import { selectBackend } from './stores/select-backend.js';
import type { Stores } from './stores/select-backend.js';
import type { Backend } from './stores/backend.js';
import type { ResolvedNamespaceOptions } from './options/namespace-options.js';
import type { ResolvedReadOptions } from './options/load-options.js';
import { CacheLoadStores } from './loading/load-stores.js';
import { Loads } from './loading/loads.js';
import type { ReadMany } from './loading/read-many.js';
import { ReadSettings } from './loading/read-settings.js';
import { ReadPlanner } from './loading/read-planner.js';
import type { ReadThrough } from './loading/read-through.js';
import { Refreshes } from './loading/refreshes.js';
import { RefreshSurroundings } from './loading/refresh-context.js';
import type { RefreshBase } from './loading/refresh-context.js';
import { Reporter } from './support/reporter.js';
import { requestIsolator } from './request/request-isolator.js';
import { RequestMemory } from './request/request-memory.js';
import type { SingleKeyAccess } from './access/single-key-access.js';
import { Snapshots } from './access/snapshots.js';
import { ValueRules } from './values/value-rules.js';
import { NamespaceTags } from './tags/namespace-tags.js';
import type { TagState } from './tags/namespace-tags.js';
import { readsOf } from './verify/verified-reads.js';
import { Verifier } from './verify/verifier.js';
import { WriteIntents } from './writing/write-intents.js';
import { TransactionAwareInvalidator } from './writing/transaction-aware-invalidator.js';

/** What a cache works with. It closes `owned` and nothing else. */
export interface CacheParts extends Stores {
  readonly hooks: readonly CasHooks[];
  readonly owned?: readonly { close(): Awaitable<void> }[] | undefined;
  readonly timers?: Timers | undefined;
  /** Tells this process from others when hits are picked for an early refresh. By default at random. */
  readonly seed?: number | undefined;
  /** From 0 to below 1, for `jitter`. By default at random. */
  readonly random?: (() => number) | undefined;
  /** The breaker of the stores, for all their caches. By default one of this cache alone. */
  readonly breaker?: Breaker | undefined;
  /**
   * The async context of loads behind their callers, where `refreshContext` does not say it. Default `'none'`;
   * `'caller'` where loaders find in it what keys depend on.
   */
  readonly loadSurroundings?: RefreshBase | undefined;
  /** Names writers under an intent, each differently, in letters and digits. By default at random. */
  readonly tokens?: (() => string) | undefined;
  /** Turns a key, or a tag, into what may stand in a log. */
  readonly redactKey?: ((key: string) => string) | undefined;
  /** Whether a serialiser of the application has rules for a class, which a plain object would escape. */
  readonly hasRules?: HasRules | undefined;
}

/** What the cache of a namespace is made of. */
export interface CacheComponents<V> {
  readonly reporter: Reporter;
  readonly freshness: Freshness;
  readonly backend: Backend<V, unknown>;
  readonly invalidator: Invalidator;
  readonly eraser: Eraser;
  readonly transactionAware: TransactionAwareInvalidator;
  readonly breaker: Breaker;
  readonly singleKey: SingleKeyAccess<V>;
  readonly manyKeys: ManyKeyAccess<V>;
  readonly byHand: FillsByHand<V>;
  readonly requestMemory: RequestMemory<V>;
  /** Only where hits may need no question. */
  readonly quickHits: QuickHits<V> | undefined;
  /** The same, for calls that have a loader: each of them may be picked to be compared with it. */
  readonly quickLoads: QuickHits<V> | undefined;
  readonly settings: ReadSettings<V>;
  readonly readThrough: ReadThrough<V>;
  readonly readMany: ReadMany<V>;
  readonly announcements: Announcements;
  /** What entries take in this process, where some are. */
  readonly memory: () => MemoryUsage | undefined;
  readonly explainer: Explainer<V>;
  /** @throws CasCloseError with every error */
  readonly close: () => Promise<void>;
}

export function composeCache<V>(
  options: ResolvedNamespaceOptions,
  parts: CacheParts,
  { active }: Pick<CacheState, 'active'>,
): CacheComponents<V> {
  const { generations, timers = SYSTEM_TIMERS, random = Math.random, tokens = randomToken } = parts;
  const keys = new NamespaceKeys(options.namespace, options.valueVersion);
  const wall = (): number => timers.wall?.() ?? Date.now();
  const history = options.history > 0 ? new History(options.history, wall) : undefined;
  const reporter = new Reporter(options.namespace, history === undefined ? parts.hooks : [...parts.hooks, history]);
  // In process, to look at a clock would take longer than what is to be measured.
  const isRemote = generations.reach === 'shared' || parts.provider.reach === 'shared';
  const timer = isRemote && reporter.wants('operation') ? new OperationTimer(reporter, timers) : undefined;
  const environment: CacheEnvironment = { reporter, timers, random, tokens, timer };
  const guard = new Guard(reporter, options.timeoutMs, timers);
  askOptional(reporter.faultsOf('invalidate'), () => generations.expectDeadline?.(options.timeoutMs), undefined);
  const freshness = new Freshness(options.earlyRefresh, timers, parts.seed);
  const warn = (topic: string, message: string): void => reporter.warnOnce(topic, message);
  const instances = new InstanceTable(options.classes, options.types);
  const rules = new ValueRules(options, instances, parts.codec, warn, parts.hasRules);
  const { readLease: mode } = options;
  const { readLeases } = generations;
  const isTagged = options.tags !== false;
  const tagged = isTagged ? generations.tags?.of(options.namespace) : tagsOfOthers(options, parts, reporter);
  const isLocal = generations.reach === 'process';
  // In process a partition is cleared at once.
  const impliedOf = isLocal || options.partition === undefined ? undefined : partitionTagOf;
  const tagState: TagState = {
    owed: () => invalidator.owedTags,
    written: () => transactionAware.written?.tags,
  };
  const tags = tagged && new NamespaceTags(tagged, isTagged, isLocal, guard, reporter, tagState, impliedOf);
  tags?.noteTtl(options.ttlMs);
  const joined = mode === false ? undefined : readLeases;
  const nearLease = joined && new NearLease(joined, mode === true ? 'hold' : 'honour', reporter, tags);
  if (history !== undefined) nearLease?.listening((what) => history.announced(what));
  const announcements = new Announcements(nearLease, guard);
  if (mode === false && readLeases !== undefined) announcements.notice(readLeases, reporter);
  const backendEnvironment = { tags, reporter, timers, keys, limits: options, freshness, guard, lease: nearLease };
  const selected = selectBackend<V>(options, parts, rules, backendEnvironment);
  const { backend, places } = selected;
  const calls = new IntentCalls(generations.intents, guard, keys, reporter);
  const changes = new LocalChangeLog();
  const told = {
    changes,
    announcements,
    tags:
      tags?.isAsked === true
        ? { store: tags.store, keepMs: () => tags.keepMs, everywhere: options.tags === 'everywhere' }
        : undefined,
  };
  const invalidator: Invalidator = new Invalidator(backend, calls, guard, told, environment);
  const intents = new WriteIntents({ backend, calls, invalidator, changes, announcements }, options, environment);
  const breaker = parts.breaker ?? new Breaker(parts, options.timeoutMs, timers);
  const transactionAware: TransactionAwareInvalidator = new TransactionAwareInvalidator(
    options.namespace,
    invalidator,
    intents,
    options.intentLeaseMs,
    timers,
  );
  const { pending } = invalidator;
  const state = { active, pending, intents, breaker, written: () => transactionAware.written };
  const policy = new AccessPolicy(keys, state);
  const { readGuard, bulkSeed } = options;
  const requestMemory = new RequestMemory<V>(
    changes,
    requestIsolator(options, parts, rules),
    { ...state, isInsideLoad },
    timers,
    // What a guard has let pass is not remembered: it is asked of the next hit as well.
    readGuard === undefined ? undefined : 0,
  );
  const snapshots = new Snapshots(generations, keys, reporter, policy, tags);
  const access = { selected, snapshots, guard, reporter, policy, bulkSeed, timer };
  const { singleKey, manyKeys } = accessTo(access, readGuard);
  // A guard is asked of every hit.
  const atOnce = readGuard === undefined ? selected.atOnce : undefined;
  const quickHits = atOnce && new QuickHits(atOnce, state, reporter);
  // What another process keeps to itself would be waited for in vain.
  const leases = parts.provider.reach === 'shared' ? generations.leases : undefined;
  const lease = leases && new LoadLease(leases, keys, guard, environment);
  const stores = new CacheLoadStores(singleKey, manyKeys, reporter, options.bulkTtlMs, lease);
  const lifetimes = new Lifetimes(freshness, random);
  const fillDeadline = new FillDeadline(generations, tags, reporter.faultsOf('snapshot'));
  const limits = { maxLoads: options.maxLoads, fillDeadline };
  const loads = new Loads<V>(stores, lifetimes, environment, rules, limits);
  const settings = new ReadSettings<V>(options as ResolvedReadOptions<V>, freshness, reporter, isTagged, fillDeadline);
  const surroundings = new RefreshSurroundings(options.namespace, options.refreshContext, parts.loadSurroundings);
  const refreshes = new Refreshes(loads, reporter, surroundings);
  const planner = new ReadPlanner(loads, refreshes, freshness, reporter);
  const onTheirWayMs = parts.provider.reach === 'shared' ? options.timeoutMs : 0;
  const heed = (open: boolean, part: string | undefined): void => {
    reporter.breaker(open, part);
    if (!open) invalidator.hurry();
  };
  breaker.listen(heed, reporter.faultsOf('get'));
  const explainer = new Explainer<V>({
    keys,
    places,
    generations,
    policy,
    state,
    get tags() {
      return snapshots.tags;
    },
    announcements,
    freshness,
    guard,
    readGuard,
    history,
    now: wall,
    redactKey: parts.redactKey ?? redactByDefault,
  });
  const { verify } = options;
  const verifier =
    verify &&
    new Verifier<V>(verify, {
      ...environment,
      active,
      loads,
      settings,
      explainer,
      history,
      places,
      surroundings,
    });
  const { readThrough, readMany } = readsOf(
    { singleKey, manyKeys, planner, settings, requestMemory, reporter },
    verifier,
  );
  const eraser = new Eraser(backend, invalidator, reporter, onTheirWayMs, timers);
  return {
    reporter,
    freshness,
    backend,
    invalidator,
    eraser,
    transactionAware,
    breaker,
    singleKey,
    manyKeys,
    byHand: new FillsByHand(singleKey, manyKeys, freshness, options, reporter),
    requestMemory,
    quickHits,
    quickLoads: verifier === undefined ? quickHits : undefined,
    settings,
    readThrough,
    readMany,
    announcements,
    memory: usageOf(parts, keys, options, reporter),
    explainer,
    close: () => {
      breaker.leave(heed);
      return closeCache(transactionAware, [...(parts.owned ?? []), announcements], reporter);
    },
  };
}

/** Without the option: where frames of other processes may be found, those of one that has it may be. */
function tagsOfOthers(
  { namespace }: ResolvedNamespaceOptions,
  { provider, generations }: CacheParts,
  reporter: Reporter,
): TagStore | undefined {
  if (provider.holds !== 'bytes' || provider.reach !== 'shared') return undefined;
  return askOptional(reporter.faultsOf('get'), () => generations.tags?.of(namespace), undefined);
}

/** Of the tier in process, or of the provider where that is one. */
function usageOf(
  { near, provider }: Stores,
  keys: NamespaceKeys,
  limits: ResolvedNamespaceOptions,
  reporter: Reporter,
): () => MemoryUsage | undefined {
  const held = near ?? provider;
  if (held.reach !== 'process') return () => undefined;
  return () => {
    const { store } = scopedEntries(held, keys, limits, reporter);
    return askOptional(reporter.faultsOf('get'), () => store.usage?.(), undefined);
  };
}
