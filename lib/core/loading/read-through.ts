import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { TagClock } from '../../contracts/tag-store.js';
import { assertKey } from '../../keys/assert-key.js';
import { isRefreshable } from '../stores/hits.js';
import type { RefreshableHit } from '../stores/hits.js';
import { carrying } from '../stores/carrying.js';
import { insideScope } from '../access/access-policy.js';
import type { LoadContext } from './load-context.js';
import type { LoadOptions } from '../options/load-options.js';
import { Miss } from '../stores/miss.js';
import { CallTags, OneKeyCall } from './read-call.js';
import type { Loader } from './read-call.js';
import type { ReadPlanner, Wait } from './read-planner.js';
import type { ReadSettings } from './read-settings.js';
import type { Asked, RequestMemory } from '../request/request-memory.js';
import type { Reporter } from '../support/reporter.js';
import type { SingleKeyAccess } from '../access/single-key-access.js';
import { isPromise } from '../../common/attempt.js';

/** What `swr` takes: a call of `getOrLoad` in one object. */
export interface SwrOptions<V> extends LoadOptions<V> {
  readonly key: string | readonly unknown[];
  readonly load: (context: LoadContext<V>) => Promise<V> | V;
}

/**
 * Reads a key, and on a miss loads it: once for all callers that may share the load, and under the generation that came
 * before it.
 */
export class ReadThrough<V> {
  constructor(
    private readonly single: SingleKeyAccess<V>,
    private readonly planner: ReadPlanner<V>,
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
    const tags = this.tagsOf(options);
    options.signal?.throwIfAborted();
    // Asked now: when the load has ended, the transaction whose snapshot it read may be over.
    const inside = insideScope();
    if (reading.when?.(key) === false) {
      return this.loadAlone(new OneKeyCall(key, loader, options, reading, inside, tags), 'bypass');
    }
    let asked: Asked | undefined;
    if (reading.consistency === 'request') {
      const recalled = this.requests.recall(key, reading.requestAgeMs);
      if (recalled !== undefined) {
        this.reporter.hit(key);
        return recalled;
      }
      asked = this.requests.begin();
    }
    const answer = this.single.readToLoad(key);
    const answered = isPromise(answer) ? await answer : answer;
    const found = tags === undefined ? answered : carrying(answered, tags.named);
    const served = this.single.serve(key, found, answered === answer);
    if (found instanceof Miss) return this.load(new OneKeyCall(key, loader, options, reading, inside, tags), found);
    if (isRefreshable<V>(found) && this.planner.isDue(key, found, reading)) {
      return this.renew(new OneKeyCall(key, loader, options, reading, inside, tags), found);
    }
    this.requests.remember(asked, key, served as V);
    return served as V;
  }

  private async load(call: OneKeyCall<V>, miss: Miss): Promise<V> {
    const { key } = call;
    const { loads } = this.planner;
    call.options.signal?.throwIfAborted();
    const alone = this.planner.aloneFor(key, miss, call);
    if (alone !== undefined) return this.loadAlone(call, alone);
    const { observed } = miss;
    call.tags?.see(miss.clock);
    const isSure = observed !== undefined && (call.tags === undefined || call.tags.clock !== undefined);
    if (isSure || loads.at(key)?.mayBeOlder !== true) return this.share(call, observed);
    // The load may run under the generation that is current, and the clock of now; to know, the call takes its own.
    const [current, clock] = await Promise.all([observed ?? this.single.snapshot(key), this.clockFor(call)]);
    call.tags?.see(clock);
    // Another may run by now.
    return loads.mustNotWaitFor(key) ? this.loadAlone(call, 'bypass') : this.share(call, current);
  }

  private tagsOf(options: LoadOptions<V>): CallTags | undefined {
    const named = this.settings.tagsOf(options);
    return this.single.tags && new CallTags(this.reporter.namespace, named ?? [], this.settings.isTagged);
  }

  /** The clock of the tags, where the call has not seen it yet. */
  private clockFor({ tags }: OneKeyCall<V>): Awaitable<TagClock | undefined> {
    return tags === undefined || tags.clock !== undefined ? tags?.clock : this.single.clock();
  }

  /** Joins the load that runs, or begins the next. @param seen the generation, as this call saw it */
  private share(call: OneKeyCall<V>, seen: Generation | undefined): Promise<V> {
    return this.take(call, this.planner.share(call, [[call.key, seen]]));
  }

  private loadAlone(call: OneKeyCall<V>, purpose: 'private' | 'bypass'): Promise<V> {
    return this.take(call, [this.planner.loadAlone(call, [call.key], purpose)]);
  }

  /** A hit that is due to be loaded anew: it is served, unless a newer value is wanted and comes in time. */
  private async renew(call: OneKeyCall<V>, hit: RefreshableHit<V>): Promise<V> {
    const { key } = call;
    const due = [[key, hit]] as const;
    const renewal = this.planner.renewalOf(key, hit, call);
    if (renewal === 'await') {
      call.tags?.see(await this.clockFor(call));
      const newer = await this.planner.renew(call, due, (waits) => this.take(call, waits), key);
      return newer === undefined ? hit.value : newer.value;
    }
    if (renewal === 'refresh') this.planner.refresh(call, due);
    this.planner.reportStale(due, 'refreshing');
    return hit.value;
  }

  /** @param waits for the one key, one load */
  private async take(call: OneKeyCall<V>, waits: readonly Wait<V>[]): Promise<V> {
    const { key, options } = call;
    const { load, keys, joined } = waits[0] as Wait<V>;
    // Read before this call came, the value of a load proves nothing here.
    const { loadTimeoutMs } = call.reading;
    const own = { signal: options.signal, clock: call.tags?.clock, loadTimeoutMs };
    if (!(await this.planner.loads.wait(load, keys, joined, own))) {
      return this.getOrLoad(key, call.loader, options);
    }
    if (load.isForOneOnly(key, joined)) return this.loadAlone(call, 'private');
    const value = load.take(key, joined);
    // A load of many may know nothing of the key, where the loader of this call does.
    return value === undefined && joined && load.isOfMany ? this.loadAlone(call, 'private') : (value as V);
  }
}
