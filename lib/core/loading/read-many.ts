import { CasValueError } from '../../errors.js';
import { RefreshableHit, valueOf } from '../stores/refreshable-hit.js';
import { insideScope } from '../access/access-policy.js';
import type { ManyKeyAccess } from '../access/many-key-access.js';
import { distinctKeys } from '../support/input.js';
import type { LoadContext } from './load-context.js';
import { LOAD_MANY } from '../options/load-options.js';
import type { LoadManyOptions, LoadOptions, ResolvedReadOptions } from '../options/load-options.js';
import type { Load, Observed } from './load.js';
import type { Loads, Plan, Purpose } from './loads.js';
import { Miss } from '../stores/miss.js';
import type { Refreshes } from './refreshes.js';
import type { ReadSettings } from './read-settings.js';
import type { Reporter } from '../support/reporter.js';
import type { RequestMemory } from '../request/request-memory.js';
import { withTimeout } from '../support/with-timeout.js';

/** Answers the values of the keys that it knows. */
export type ManyLoader<V> = (
  missing: string[],
  context: LoadContext,
) => Promise<ReadonlyMap<string, V>> | ReadonlyMap<string, V>;

/** Whose options they are, for the message. */
const CALL = { name: (option: string): string => option };

interface Call<V> {
  readonly loader: ManyLoader<V>;
  readonly options: LoadOptions<V>;
  readonly missing: 'absent' | 'negative';
  readonly reading: ResolvedReadOptions<V>;
  readonly inside: boolean;
}

/** What a caller waits for: the keys of one load. */
interface Wait<V> {
  readonly load: Load<V>;
  readonly keys: readonly string[];
  readonly joined: boolean;
}

/**
 * Reads many keys at once, and loads those that are missing in one call, but for those that are being loaded already.
 */
export class ReadMany<V> {
  constructor(
    private readonly batch: ManyKeyAccess<V>,
    private readonly loads: Loads<V>,
    private readonly refreshes: Refreshes<V>,
    private readonly settings: ReadSettings<V>,
    private readonly requests: RequestMemory<V>,
    private readonly reporter: Reporter,
  ) {}

  /**
   * In the order of the request, without duplicates.
   *
   * @throws as `ReadThrough.getOrLoad` does; CasConfigError for options that are none; CasValueError when the loader
   *   answers no map
   */
  async getOrLoadMany(
    keys: readonly string[],
    loader: ManyLoader<V>,
    options: LoadManyOptions<V>,
  ): Promise<Map<string, V>> {
    const asked = distinctKeys(keys, this.reporter.namespace);
    const { signal } = options;
    const { chunk, missing } = LOAD_MANY.resolve(options, CALL);
    const call: Call<V> = { loader, options, missing, reading: this.settings.of(options), inside: insideScope() };
    const answer = new Map<string, V>();
    for (let at = 0; at < asked.length; at += chunk) {
      signal?.throwIfAborted();
      const turn = asked.slice(at, at + chunk);
      const values = await this.turn(turn, call);
      for (const key of turn) if (values.has(key)) answer.set(key, values.get(key) as V);
    }
    return answer;
  }

  private async turn(keys: readonly string[], call: Call<V>): Promise<ReadonlyMap<string, V>> {
    const { reading } = call;
    const values = new Map<string, V>();
    const past: string[] = [];
    const asked = keys.filter((key) => {
      if (reading.when?.(key) === false) past.push(key);
      else if (!this.recall(key, reading, values)) return true;
      return false;
    });
    const read = reading.consistency === 'request' ? this.requests.begin() : undefined;
    const found = await this.batch.read(asked);
    const missing: [string, Miss][] = [];
    const aged: [string, RefreshableHit<V>][] = [];
    found.forEach((each, i) => {
      const key = asked[i] as string;
      if (each instanceof Miss) {
        this.reporter.miss(key, each.reason);
        missing.push([key, each]);
        return;
      }
      this.reporter.hit(key, true);
      const value = valueOf(each);
      values.set(key, value);
      if (each instanceof RefreshableHit && this.settings.isDue(key, each, reading)) aged.push([key, each]);
      else this.requests.remember(read, key, value);
    });
    await Promise.all([this.load(missing, past, keys.length, call, values), this.renew(aged, call, values)]);
    return values;
  }

  /** What this request has found current already. */
  private recall(key: string, { consistency, requestAgeMs }: ResolvedReadOptions<V>, values: Map<string, V>): boolean {
    const recalled = consistency === 'request' ? this.requests.recall(key, requestAgeMs) : undefined;
    if (recalled === undefined) return false;
    this.reporter.hit(key, true);
    values.set(key, recalled);
    return true;
  }

  private async load(
    missing: readonly (readonly [string, Miss])[],
    past: readonly string[],
    requested: number,
    call: Call<V>,
    values: Map<string, V>,
  ): Promise<void> {
    const alone: Observed = new Map(past.map((key) => [key, 0]));
    const seen: Observed = new Map(missing.map(([key, miss]) => [key, miss.observed]));
    if (this.unsure(seen).length > 0) await this.see(seen);
    const own: Observed = new Map();
    const joins = new Map<Load<V>, string[]>();
    for (const [key, miss] of missing) {
      if (call.inside || miss.reason === 'disabled' || this.loads.mustNotWaitFor(key)) {
        alone.set(key, 0);
        continue;
      }
      const joinable = this.loads.find(key, seen.get(key));
      if (joinable === undefined) own.set(key, seen.get(key));
      else joins.set(joinable, [...(joins.get(joinable) ?? []), key]);
    }
    const waits = [...joins].map(([load, keys]): Wait<V> => ({ load, keys, joined: true }));
    const together = own.size === requested;
    if (own.size > 0)
      waits.push(this.begin(this.loads.start(this.plan(call, own, together ? 'fill-together' : 'fill'))));
    if (alone.size > 0) {
      const purpose = alone.size === past.length ? 'bypass' : 'private';
      waits.push(this.begin(this.loads.start(this.plan(call, alone, purpose))));
    }
    await this.gather(waits, call, values);
  }

  /**
   * Takes a generation of one's own for the keys that have shown none and are being loaded: to know whether the load
   * fills under the current one. Until no other call has begun to load one meanwhile: a load is joined or begun at once
   * after that.
   */
  private async see(seen: Observed): Promise<void> {
    for (let unsure = this.unsure(seen); unsure.length > 0; unsure = this.unsure(seen)) {
      (await this.batch.snapshot(unsure)).forEach((generation, key) => seen.set(key, generation));
    }
  }

  private unsure(seen: Observed): string[] {
    const keys = [...seen].flatMap(([key, generation]) => (generation === undefined ? [key] : []));
    return keys.filter((key) => this.loads.at(key)?.hasBegun === true);
  }

  private begin(load: Load<V>): Wait<V> {
    return { load, keys: [...load.observed.keys()], joined: false };
  }

  private async gather(waits: readonly Wait<V>[], call: Call<V>, values: Map<string, V>): Promise<void> {
    const { missing } = call;
    const { signal } = call.options;
    const proven = await Promise.all(
      waits.map(({ load, keys, joined }) => this.loads.wait(load, keys, joined, signal)),
    );
    // Read before this call came, a value proves nothing here.
    const again = waits.flatMap(({ keys }, i) => (proven[i] === true ? [] : keys));
    if (again.length > 0) (await this.turn(again, call)).forEach((value, key) => values.set(key, value));
    const own = new Set<string>();
    for (const [i, { load, keys, joined }] of waits.entries()) {
      for (const key of proven[i] === true ? keys : []) {
        if (load.isForOneOnly(key, joined)) {
          own.add(key);
          continue;
        }
        const value = load.take(key, joined);
        if (value !== undefined) values.set(key, value);
        else if (joined && load.mayNotKnow(call.loader)) own.add(key);
        else if (missing === 'negative') values.set(key, null as V);
      }
    }
    // The load of another caller knows nothing of them, and the loader of this call may; or what it loaded is for one caller alone.
    if (own.size > 0) await this.loadAlone(own, call, values);
  }

  /** What is loaded is for this caller alone. */
  private async loadAlone(keys: Iterable<string>, call: Call<V>, values: Map<string, V>): Promise<void> {
    const observed: Observed = new Map(Array.from(keys, (key) => [key, 0]));
    await this.gather([this.begin(this.loads.start(this.plan(call, observed, 'private')))], call, values);
  }

  /** Hits that are due to be loaded anew are served, unless newer values are wanted and come in time. */
  private async renew(
    aged: readonly (readonly [string, RefreshableHit<V>])[],
    call: Call<V>,
    values: Map<string, V>,
  ): Promise<void> {
    if (call.inside) return this.serveAged(aged, 'refreshing');
    const free = aged.filter(([key]) => !this.loads.mustNotWaitFor(key));
    const awaited = call.reading.softTimeoutMs > 0 ? free.filter(([, { expired }]) => expired) : [];
    const refreshed = free.filter((each) => !awaited.includes(each));
    this.refresh(refreshed, call);
    this.serveAged(
      aged.filter((each) => !awaited.includes(each)),
      'refreshing',
    );
    if (awaited.length > 0) await this.renewed(awaited, call, values);
  }

  private async renewed(
    aged: readonly (readonly [string, RefreshableHit<V>])[],
    call: Call<V>,
    values: Map<string, V>,
  ): Promise<void> {
    const { reading, options } = call;
    const own: Observed = new Map();
    const joins = new Map<Load<V>, string[]>();
    for (const [key, { generation }] of aged) {
      const joinable = this.loads.find(key, generation);
      if (joinable === undefined) own.set(key, generation);
      else joins.set(joinable, [...(joins.get(joinable) ?? []), key]);
    }
    const waits = [...joins].map(([load, keys]): Wait<V> => ({ load, keys, joined: true }));
    if (own.size > 0) waits.push(this.begin(this.loads.start(this.plan(call, own, 'fill'))));
    const newer = new Map<string, V>();
    try {
      const outcome = await withTimeout(this.gather(waits, call, newer), reading.softTimeoutMs, this.loads.timers);
      if (outcome !== 'late') {
        newer.forEach((value, key) => values.set(key, value));
        return;
      }
      for (const { load } of waits) load.goOnUnattended(this.refreshFailed);
      this.serveAged(aged, 'slow-load');
    } catch (error) {
      if (!reading.staleIfError || options.signal?.aborted === true) throw error;
      this.serveAged(aged, 'failed-load', error);
    }
  }

  private serveAged(
    aged: readonly (readonly [string, RefreshableHit<V>])[],
    reason: Parameters<Reporter['stale']>[1],
    cause?: unknown,
  ): void {
    for (const [key, { expired }] of aged) if (expired) this.reporter.stale(key, reason, cause);
  }

  private refresh(aged: readonly (readonly [string, RefreshableHit<V>])[], call: Call<V>): void {
    const wanted = aged.filter(([key, { generation }]) => this.refreshes.isWanted(key, generation));
    if (wanted.length === 0) return;
    const observed = new Map(wanted.map(([key, { generation }]) => [key, generation]));
    this.refreshes.begin(this.plan(call, observed, 'refresh'));
  }

  private readonly refreshFailed = (cause: unknown): void => this.reporter.fault('refresh', undefined, cause);

  private plan({ loader, options, missing, reading }: Call<V>, observed: Observed, purpose: Purpose): Plan<V> {
    return {
      purpose,
      source: loader,
      ofMany: true,
      observed,
      reading,
      loader: async (context) => {
        const keys = [...context.keys];
        const loaded: unknown = await loader(keys, context);
        if (!(loaded instanceof Map)) throw this.noMap(options.name ?? 'The loader');
        const values = new Map<string, V>();
        for (const key of context.keys) {
          const value = loaded.get(key) as V | undefined;
          if (value !== undefined) values.set(key, value);
          else if (missing === 'negative') values.set(key, null as V);
        }
        return values;
      },
    };
  }

  private noMap(name: string): CasValueError {
    const { namespace } = this.reporter;
    return new CasValueError(`${name} of getOrLoadMany answered no Map: answer a Map from key to value.`, {
      namespace,
    });
  }
}
