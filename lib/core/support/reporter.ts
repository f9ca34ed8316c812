import { CACHE_EVENT_TYPES, CACHE_OPERATIONS, MEASURED_EVENT_TYPES } from '../../contracts/hooks.js';
import type {
  CacheEvent,
  CacheOperation,
  CasHooks,
  LoadBeginEvent,
  LoadEndEvent,
  Mismatch,
  OperationEvent,
} from '../../contracts/hooks.js';
import { MISS_REASONS, SET_OUTCOMES, STALE_REASONS, UNUSABLE_REASONS } from '../../contracts/outcomes.js';
import type { MissReason, SetOutcome, StaleReason, UnusableReason } from '../../contracts/outcomes.js';
import type { CasCacheStats, PendingStats } from '../../contracts/stats.js';
import { isPending } from '../../common/attempt.js';
import { recordOf } from '../../common/record-of.js';

type Listeners = { readonly [T in CacheEvent['type']]: readonly CasHooks[] };

const none = (): number => 0;

/** The one place that counts and emits what happens in a namespace. */
export class Reporter {
  private readonly listeners: Listeners;
  /** Those that run around loaders, the outermost first. */
  readonly aroundLoads: readonly Pick<Required<CasHooks>, 'aroundLoad'>[];
  private readonly warned = new Set<string>();
  private closed = false;

  private hits = 0;
  private bulkFills = 0;
  private invalidations = 0;
  private tagInvalidations = 0;
  private clears = 0;
  private readonly intents = { opened: 0, lost: 0 };
  private readonly verified = { checked: 0, mismatches: 0 };
  private readonly misses: Record<MissReason, number> = recordOf(MISS_REASONS, none);
  private readonly loads = { run: 0, failed: 0, shared: 0 };
  private readonly stales: Record<StaleReason, number> = recordOf(STALE_REASONS, none);
  private readonly fills: Record<SetOutcome, number> = recordOf(SET_OUTCOMES, none);
  private readonly heals: Record<UnusableReason, number> = recordOf(UNUSABLE_REASONS, none);
  private readonly faults: Record<CacheOperation, number> = recordOf(CACHE_OPERATIONS, none);

  constructor(
    readonly namespace: string,
    hooks: readonly CasHooks[],
  ) {
    const wanting = (type: CacheEvent['type']): readonly CasHooks[] =>
      hooks.filter(({ events }) => events?.includes(type) ?? !MEASURED_EVENT_TYPES.includes(type));
    this.listeners = recordOf(CACHE_EVENT_TYPES, wanting);
    this.aroundLoads = hooks.filter((hook): hook is Required<CasHooks> => hook.aroundLoad !== undefined);
  }

  /** Whether a hook asks for such events: what they tell has to be measured only then. */
  wants(type: CacheEvent['type']): boolean {
    return this.listeners[type].length > 0;
  }

  hit(key: string, bulk = false): void {
    this.hits++;
    if (this.listeners.hit.length > 0) this.emit({ type: 'hit', namespace: this.namespace, key, bulk });
  }

  miss(key: string, reason: MissReason): void {
    this.misses[reason]++;
    if (this.listeners.miss.length > 0) this.emit({ type: 'miss', namespace: this.namespace, key, reason });
  }

  load(): void {
    this.loads.run++;
  }

  failedLoad(): void {
    this.loads.failed++;
  }

  /** @param id of the load that the caller joined for the keys */
  sharedLoad(keys: readonly string[], id: number): void {
    this.loads.shared += keys.length;
    if (this.wants('load-join')) this.emit({ type: 'load-join', namespace: this.namespace, id, keys });
  }

  loadBegins(event: LoadBeginEvent): void {
    this.emit(event);
  }

  loadEnds(event: LoadEndEvent): void {
    this.emit(event);
  }

  operation(operation: Omit<OperationEvent, 'type' | 'namespace'>): void {
    this.emit({ type: 'operation', namespace: this.namespace, ...operation });
  }

  stale(key: string, reason: StaleReason, cause?: unknown): void {
    this.stales[reason]++;
    const event = { type: 'stale', namespace: this.namespace, key, reason } as const;
    this.emit(cause === undefined ? event : { ...event, cause });
  }

  fill(key: string, outcome: SetOutcome): void {
    this.fills[outcome]++;
    if (this.listeners.fill.length > 0) this.emit({ type: 'fill', namespace: this.namespace, key, outcome });
  }

  bulkFill(keys: number, outcome: SetOutcome, bulk: boolean): void {
    if (bulk) this.bulkFills++;
    this.emit({ type: 'bulk-fill', namespace: this.namespace, keys, outcome, bulk });
  }

  invalidate(key: string, generation: number): void {
    this.invalidations++;
    this.emit({ type: 'invalidate', namespace: this.namespace, key, generation });
  }

  invalidateTags(tags: readonly string[]): void {
    this.tagInvalidations += tags.length;
    this.emit({ type: 'invalidate-tags', namespace: this.namespace, tags });
  }

  clear(): void {
    this.clears++;
    this.emit({ type: 'clear', namespace: this.namespace });
  }

  /** @param key undefined for a bulk entry */
  heal(key: string | undefined, reason: UnusableReason, cause?: unknown): void {
    this.heals[reason]++;
    const event = { type: 'heal', namespace: this.namespace, key, bulk: key === undefined, reason } as const;
    this.emit(cause === undefined ? event : { ...event, cause });
  }

  fault(operation: CacheOperation, key: string | undefined, cause: unknown): void {
    this.faults[operation]++;
    this.emit({ type: 'fault', namespace: this.namespace, operation, key, cause });
  }

  /** Takes faults of an operation on no key in particular. */
  faultsOf(operation: CacheOperation): (cause: unknown) => void {
    return (cause) => this.fault(operation, undefined, cause);
  }

  pending(owed: PendingStats): void {
    this.emit({ type: 'pending-invalidations', namespace: this.namespace, ...owed });
  }

  intentOpened(): void {
    this.intents.opened++;
  }

  intentLost(keys: readonly string[]): void {
    this.intents.lost++;
    this.emit({ type: 'intent-lost', namespace: this.namespace, keys });
  }

  breaker(open: boolean, part: string | undefined): void {
    this.emit({ type: 'breaker', namespace: this.namespace, open, part });
  }

  /** A hit was compared with its source. */
  checked(): void {
    this.verified.checked++;
  }

  mismatch(found: Omit<Mismatch, 'namespace'>): Mismatch {
    this.verified.mismatches++;
    const mismatch = { namespace: this.namespace, ...found };
    this.emit({ type: 'mismatch', ...mismatch });
    return mismatch;
  }

  /** Once for each topic. */
  warnOnce(topic: string, message: string): void {
    if (this.warned.has(topic)) return;
    this.warned.add(topic);
    this.emit({ type: 'warning', namespace: this.namespace, message });
  }

  stats(
    given: Pick<CasCacheStats, 'enabled' | 'pendingInvalidations' | 'breakerOpen' | 'memory' | 'readLeases'>,
  ): CasCacheStats {
    return {
      namespace: this.namespace,
      ...given,
      hits: this.hits,
      misses: { ...this.misses },
      loads: { ...this.loads },
      stale: { ...this.stales },
      fills: { ...this.fills },
      bulkFills: this.bulkFills,
      invalidations: this.invalidations,
      tagInvalidations: this.tagInvalidations,
      intents: { ...this.intents },
      clears: this.clears,
      verified: { ...this.verified },
      heals: { ...this.heals },
      faults: { ...this.faults },
    };
  }

  /** Events after this are dropped. Counting goes on. */
  close(): void {
    this.closed = true;
  }

  private emit(event: CacheEvent): void {
    if (this.closed) return;
    for (const hook of this.listeners[event.type]) {
      try {
        const answer: unknown = hook.onEvent(event);
        if (isPending(answer)) answer.then(undefined, () => undefined);
      } catch {
        // A hook is a guest: its failure is not the caller's.
      }
    }
  }
}
