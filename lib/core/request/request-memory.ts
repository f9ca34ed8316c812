import type { CacheState } from '../access/access-policy.js';
import type { LocalChangeLog } from '../support/local-change-log.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { Isolator } from '../values/isolation.js';
import { currentRequest } from './request-scope.js';
import type { RequestScope } from './request-scope.js';

/** The most keys of one cache in one request. Beyond it, what was remembered first is forgotten. */
const MOST_KEYS = 1_000;

/** A read that may be remembered: taken before it begins, so that it knows of every change since. */
export interface Asked {
  readonly request: RequestScope;
  /** The latest change before the read. */
  readonly change: number;
  /** From when on what it finds may have been out of date. Monotonic, in milliseconds. */
  readonly at: number;
}

interface Remembered extends Asked {
  readonly kept: unknown;
}

/** When a remembered value must not be served, besides for its age and for changes. */
export interface RecallState extends Pick<CacheState, 'active' | 'pending' | 'written'> {
  /** Whether the running code is part of a load of any cache. */
  readonly isInsideLoad: () => boolean;
}

/**
 * What a cache found current in the running request, to be served again in it without a check (`consistency:
 * 'request'`): not beyond an age, and not once this process has begun to invalidate, clear or close the key. What other
 * replicas invalidate meanwhile is not seen.
 */
export class RequestMemory<V> {
  constructor(
    private readonly changes: LocalChangeLog,
    private readonly isolator: Isolator,
    private readonly state: RecallState,
    private readonly timers: Timers = SYSTEM_TIMERS,
    private readonly mostKeys = MOST_KEYS,
  ) {}

  /** To be asked before a read begins, and handed to `remember` with what it found. `undefined` outside requests. */
  begin(): Asked | undefined {
    const request = currentRequest();
    return request === undefined ? undefined : { request, change: this.changes.watch(), at: this.now() };
  }

  /**
   * What the running request has found current within the last `ageMs`. `undefined` when there is nothing that may be
   * served: then the stores have to be asked. Never inside a loader: what is made of the answer there is stored for
   * others, to which more was promised.
   */
  recall(key: string, ageMs: number): V | undefined {
    const found = this.memoryOf(currentRequest())?.get(key);
    if (found === undefined || this.now() - found.at >= ageMs || this.state.isInsideLoad()) return undefined;
    const { active, pending, written } = this.state;
    if (found.change < this.changes.of(key) || !active() || pending.holds(key)) return undefined;
    const own = written();
    // Which tags a value carries is not remembered with it.
    if (own !== undefined && (own.holds(key) || own.tags.size > 0)) return undefined;
    return this.isolator.hand(found.kept as V);
  }

  /**
   * Remembers a valid hit, as it is about to be handed out.
   *
   * @param asked what `begin` answered before the read
   */
  remember(asked: Asked | undefined, key: string, hit: V): void {
    // An old read must not displace what was found since.
    if (asked === undefined || asked.change < this.changes.of(key)) return;
    const kept = this.kept(hit);
    if (kept === undefined) return;
    const memory = this.memoryOf(asked.request) ?? new Map<string, Remembered>();
    asked.request.keep(this, memory);
    memory.delete(key);
    memory.set(key, { ...asked, kept });
    const [oldest] = memory.size > this.mostKeys ? memory.keys() : [];
    if (oldest !== undefined) memory.delete(oldest);
  }

  private now(): number {
    return this.timers.age?.() ?? this.timers.now();
  }

  /** `undefined` for what cannot be kept apart from the caller: it is checked again. */
  private kept(hit: V): V | undefined {
    try {
      return this.isolator.keepHit(hit);
    } catch {
      return undefined;
    }
  }

  private memoryOf(request: RequestScope | undefined): Map<string, Remembered> | undefined {
    return request?.part(this) as Map<string, Remembered> | undefined;
  }
}
