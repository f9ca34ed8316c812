import type { Generation } from '../../contracts/generation-store.js';
import { assertKey } from '../../keys/assert-key.js';
import { RefreshableHit } from '../stores/refreshable-hit.js';
import { insideScope } from '../access/access-policy.js';
import type { LoadContext } from './load-context.js';
import type { LoadOptions, ResolvedReadOptions } from '../options/load-options.js';
import type { Load } from './load.js';
import type { Loads, Plan, Purpose } from './loads.js';
import { Miss } from '../stores/miss.js';
import type { Refreshes } from './refreshes.js';
import type { ReadSettings } from './read-settings.js';
import type { Asked, RequestMemory } from '../request/request-memory.js';
import type { Reporter } from '../support/reporter.js';
import type { SingleKeyAccess } from '../access/single-key-access.js';
import { isPromise } from '../../common/attempt.js';
import { withTimeout } from '../support/with-timeout.js';

export type Loader<V> = (context: LoadContext) => Promise<V> | V;

/** What `swr` takes: a call of `getOrLoad` in one object. */
export interface SwrOptions<V> extends LoadOptions<V> {
  readonly key: string | readonly unknown[];
  readonly load: (context: LoadContext) => Promise<V> | V;
}

interface Call<V> {
  readonly key: string;
  readonly loader: Loader<V>;
  readonly options: LoadOptions<V>;
  readonly reading: ResolvedReadOptions<V>;
  /** Begun inside a transaction, or a write under an intent. */
  readonly inside: boolean;
}

/**
 * Reads a key, and on a miss loads it: once for all callers that may share the load, and under the generation that came
 * before it.
 */
export class ReadThrough<V> {
  constructor(
    private readonly single: SingleKeyAccess<V>,
    private readonly loads: Loads<V>,
    private readonly refreshes: Refreshes<V>,
    private readonly settings: ReadSettings<V>,
    private readonly requests: RequestMemory<V>,
    private readonly reporter: Reporter,
  ) {}

  /**
   * A hit costs one promise and no object besides.
   *
   * @throws CasKeyError, CasTtlError, CasConfigError, CasLoadTimeoutError, what the loader throws, the signal's reason
   */
  async getOrLoad(key: string, loader: Loader<V>, options: LoadOptions<V>): Promise<V> {
    assertKey(key, this.reporter.namespace);
    const reading = this.settings.of(options);
    options.signal?.throwIfAborted();
    // Asked now: when the load has ended, the transaction whose snapshot it read may be over.
    const inside = insideScope();
    if (reading.when?.(key) === false) return this.loadAlone({ key, loader, options, reading, inside }, 'bypass');
    let asked: Asked | undefined;
    if (reading.consistency === 'request') {
      const recalled = this.requests.recall(key, reading.requestAgeMs);
      if (recalled !== undefined) {
        this.reporter.hit(key);
        return recalled;
      }
      asked = this.requests.begin();
    }
    const answer = this.single.read(key);
    const found = isPromise(answer) ? await answer : answer;
    const served = this.single.serve(key, found);
    if (found instanceof Miss) return this.load({ key, loader, options, reading, inside }, found);
    if (found instanceof RefreshableHit && this.settings.isDue(key, found, reading)) {
      return this.renew({ key, loader, options, reading, inside }, found);
    }
    this.requests.remember(asked, key, served as V);
    return served as V;
  }

  private async load(call: Call<V>, miss: Miss): Promise<V> {
    const { key, inside } = call;
    call.options.signal?.throwIfAborted();
    if (inside || miss.reason === 'disabled') return this.loadAlone(call, 'private');
    if (this.loads.encloses(key)) return this.loadAlone(call, 'bypass');
    const { observed } = miss;
    if (observed === undefined) {
      const running = this.loads.at(key);
      // It may run under the generation that is current; to know, it takes one of one's own.
      if (running?.hasBegun === true) return this.share(call, await this.single.snapshot(key));
    }
    return this.share(call, observed);
  }

  /** Joins the load that runs, or begins the next. @param seen the generation, as this call saw it */
  private async share(call: Call<V>, seen: Generation | undefined): Promise<V> {
    const running = this.loads.at(call.key);
    if (running !== undefined && this.loads.wouldDeadlock(running)) return this.loadAlone(call, 'bypass');
    const joinable = this.loads.find(call.key, seen);
    return joinable === undefined ? this.begin(call, seen) : this.join(call, joinable);
  }

  private begin(call: Call<V>, seen: Generation | undefined): Promise<V> {
    return this.wait(this.loads.start(this.plan(call, seen)), call);
  }

  private async join(call: Call<V>, joinable: Load<V>): Promise<V> {
    const { key, options } = call;
    // Read before this call came, it proves nothing here.
    if (!(await this.loads.wait(joinable, [key], true, options.signal)))
      return this.getOrLoad(key, call.loader, options);
    if (joinable.isForOneOnly(key, true)) return this.loadAlone(call, 'private');
    const value = joinable.take(key, true);
    // One of many may know nothing of the key, where the loader of this call does.
    return value === undefined && joinable.isOfMany ? this.loadAlone(call, 'private') : (value as V);
  }

  /** A hit that is due to be loaded anew: it is served, unless a newer value is wanted and comes in time. */
  private async renew(call: Call<V>, aged: RefreshableHit<V>): Promise<V> {
    const { key, reading, inside } = call;
    const awaits = aged.expired && reading.softTimeoutMs > 0;
    const isFree = !inside && !this.loads.mustNotWaitFor(key);
    if (isFree && awaits) return this.renewed(call, aged);
    if (isFree && this.refreshes.isWanted(key, aged.generation)) {
      this.refreshes.begin(this.plan(call, aged.generation, 'refresh'));
    }
    if (aged.expired) this.reporter.stale(key, 'refreshing');
    return aged.value;
  }

  private async renewed(call: Call<V>, aged: RefreshableHit<V>): Promise<V> {
    const { key, reading, options } = call;
    const joinable = this.loads.find(key, aged.generation);
    const load = joinable ?? this.loads.start(this.plan(call, aged.generation));
    const waiting = joinable === undefined ? this.wait(load, call) : this.join(call, load);
    try {
      const outcome = await withTimeout(waiting, reading.softTimeoutMs, this.loads.timers);
      if (outcome !== 'late') return outcome.value;
      // The next caller gets what it loads.
      load.goOnUnattended((cause) => this.reporter.fault('refresh', key, cause));
      this.reporter.stale(key, 'slow-load');
      return aged.value;
    } catch (error) {
      if (!reading.staleIfError || options.signal?.aborted === true) throw error;
      this.reporter.stale(key, 'failed-load', error);
      return aged.value;
    }
  }

  /** What is loaded is for this caller alone. Past the cache, there is no fill that could be refused, and reported. */
  private loadAlone(call: Call<V>, purpose: 'private' | 'bypass'): Promise<V> {
    return this.wait(this.loads.start(this.plan(call, 0, purpose)), call);
  }

  private async wait(load: Load<V>, { key, options }: Call<V>): Promise<V> {
    await this.loads.wait(load, [key], false, options.signal);
    return load.take(key, false) as V;
  }

  private plan(
    { key, loader, options, reading }: Call<V>,
    observed: Generation | undefined,
    purpose: Purpose = 'fill',
  ): Plan<V> {
    return {
      observed: new Map([[key, observed]]),
      reading,
      purpose,
      source: loader,
      loader: async (context) => {
        const value = await loader(context);
        if (value !== undefined) return new Map([[key, value]]);
        const name = options.name ?? 'A loader';
        const message = `${name} (namespace "${context.namespace}") returned undefined, which is never cached: return null for "not there".`;
        this.reporter.warnOnce(`undefined of ${name}`, message);
        return new Map();
      },
    };
  }
}
