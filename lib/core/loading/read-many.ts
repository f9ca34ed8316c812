import { carrying } from '../stores/carrying.js';
import { isRefreshable, valueOf } from '../stores/hits.js';
import { insideScope } from '../access/access-policy.js';
import type { ManyKeyAccess } from '../access/many-key-access.js';
import { distinctKeys } from '../support/input.js';
import { LOAD_MANY } from '../options/load-options.js';
import type { LoadManyOptions, LoadPositionsOptions, ResolvedReadOptions } from '../options/load-options.js';
import { noTags } from '../options/tag-option.js';
import type { Observed } from './load.js';
import { Miss } from '../stores/miss.js';
import { CallTags, ManyKeysCall } from './read-call.js';
import type { ManyLoader } from './read-call.js';
import type { DueHit, ReadPlanner, Renewal, Wait } from './read-planner.js';
import type { ReadSettings } from './read-settings.js';
import type { Reporter } from '../support/reporter.js';
import type { RequestMemory } from '../request/request-memory.js';

/** Whose options they are, for the message. */
const CALL = { name: (option: string): string => option };

/**
 * Reads many keys at once, and loads those that are missing in one call, but for those that are being loaded already.
 */
export class ReadMany<V> {
  constructor(
    private readonly batch: ManyKeyAccess<V>,
    private readonly planner: ReadPlanner<V>,
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
    options: LoadManyOptions<V> | LoadPositionsOptions<V>,
  ): Promise<Map<string, V>> {
    const asked = distinctKeys(keys, this.reporter.namespace);
    const { signal } = options;
    const { chunk, missing } = LOAD_MANY.resolve(options, CALL);
    const named = this.settings.tagsOf(options) ?? [];
    if (options.tagsOf !== undefined && !this.settings.isTagged) throw noTags(this.reporter.namespace, 'tagsOf');
    const tags = this.batch.tags && new CallTags(this.reporter.namespace, named, this.settings.isTagged);
    const call = new ManyKeysCall(
      loader,
      options as LoadManyOptions<V>,
      missing,
      this.settings.of(options),
      insideScope(),
      tags,
    );
    const answer = new Map<string, V>();
    for (let at = 0; at < asked.length; at += chunk) {
      signal?.throwIfAborted();
      const turn = asked.slice(at, at + chunk);
      const values = await this.turn(turn, call);
      for (const key of turn) if (values.has(key)) answer.set(key, values.get(key) as V);
    }
    return answer;
  }

  /** As `getOrLoadMany`, in the form that is asked for. */
  async answer(
    keys: readonly string[],
    loader: ManyLoader<V>,
    options: LoadManyOptions<V> | LoadPositionsOptions<V>,
  ): Promise<Map<string, V> | (V | undefined)[]> {
    const values = this.getOrLoadMany(keys, loader, options);
    if (options.positions !== true) return values;
    // The caller may change its list meanwhile. What is no list is refused by the answer.
    const slots: readonly string[] = Array.isArray(keys) ? [...(keys as readonly string[])] : [];
    const found = await values;
    return slots.map((key) => found.get(key));
  }

  private async turn(keys: readonly string[], call: ManyKeysCall<V>): Promise<ReadonlyMap<string, V>> {
    const { reading } = call;
    const values = new Map<string, V>();
    const past: string[] = [];
    const asked = keys.filter((key) => {
      if (reading.when?.(key) === false) past.push(key);
      else if (!this.recall(key, reading, values)) return true;
      return false;
    });
    const read = reading.consistency === 'request' ? this.requests.begin() : undefined;
    const answered = await this.batch.read(asked);
    const { tags } = call;
    const found = tags === undefined ? answered : answered.map((each) => carrying(each, tags.named));
    const missing: [string, Miss][] = [];
    const due: DueHit<V>[] = [];
    found.forEach((each, i) => {
      const key = asked[i] as string;
      if (each instanceof Miss) {
        this.reporter.miss(key, each.reason);
        tags?.see(each.clock);
        missing.push([key, each]);
        return;
      }
      this.reporter.hit(key, true);
      const value = valueOf(each);
      values.set(key, value);
      if (isRefreshable<V>(each) && this.planner.isDue(key, each, reading)) due.push([key, each]);
      else this.requests.remember(read, key, value);
    });
    await Promise.all([this.load(missing, past, keys.length, call, values), this.renew(due, call, values)]);
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
    call: ManyKeysCall<V>,
    values: Map<string, V>,
  ): Promise<void> {
    const alone = new Set(past);
    const seen: Observed = new Map(missing.map(([key, miss]) => [key, miss.observed]));
    if (this.unsure(seen, call).length > 0) await this.see(seen, call);
    for (const [key, miss] of missing) {
      if (this.planner.aloneFor(key, miss, call) === undefined) continue;
      alone.add(key);
      seen.delete(key);
    }
    const waits = this.planner.share(call, seen, requested);
    if (alone.size > 0) {
      waits.push(this.planner.loadAlone(call, alone, alone.size === past.length ? 'bypass' : 'private'));
    }
    await this.gather(waits, call, values);
  }

  /**
   * Takes a generation of the call's own for the keys that have shown none and are being loaded: to know whether the
   * load fills under the current one. Until no other call has begun to load one meanwhile: a load is joined or begun at
   * once after that.
   */
  private async see(seen: Observed, { tags }: ManyKeysCall<V>): Promise<void> {
    if (tags !== undefined && tags.clock === undefined) tags.see(await this.batch.clock());
    const call = { tags: undefined };
    for (let unsure = this.unsure(seen, call); unsure.length > 0; unsure = this.unsure(seen, call)) {
      (await this.batch.snapshot(unsure)).forEach((generation, key) => seen.set(key, generation));
    }
  }

  private unsure(seen: Observed, { tags }: Pick<ManyKeysCall<V>, 'tags'>): string[] {
    const hasNoClock = tags !== undefined && tags.clock === undefined;
    const keys = [...seen].flatMap(([key, generation]) => (generation === undefined || hasNoClock ? [key] : []));
    return keys.filter((key) => this.planner.loads.at(key)?.mayBeOlder === true);
  }

  private async gather(waits: readonly Wait<V>[], call: ManyKeysCall<V>, values: Map<string, V>): Promise<void> {
    const { missing, reading } = call;
    const { loadTimeoutMs } = reading;
    const seen = { signal: call.options.signal, clock: call.tags?.clock, loadTimeoutMs };
    const proven = await Promise.all(
      waits.map(({ load, keys, joined }) => this.planner.loads.wait(load, keys, joined, seen)),
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
    // The load of another caller knows nothing of them, and the loader of this call may; or what it loaded is for one
    // caller alone.
    if (own.size > 0) await this.gather([this.planner.loadAlone(call, own, 'private')], call, values);
  }

  /** Hits that are due to be loaded anew are served, unless newer values are wanted and come in time. */
  private async renew(due: readonly DueHit<V>[], call: ManyKeysCall<V>, values: Map<string, V>): Promise<void> {
    if (due.length === 0) return;
    const by: Record<Renewal, DueHit<V>[]> = { await: [], refresh: [], none: [] };
    for (const each of due) by[this.planner.renewalOf(...each, call)].push(each);
    const awaited = by.await;
    this.planner.refresh(call, by.refresh);
    this.planner.reportStale(
      due.filter((each) => !awaited.includes(each)),
      'refreshing',
    );
    if (awaited.length === 0) return;
    if (call.tags !== undefined && call.tags.clock === undefined) call.tags.see(await this.batch.clock());
    const take = async (waits: readonly Wait<V>[]): Promise<Map<string, V>> => {
      const newer = new Map<string, V>();
      await this.gather(waits, call, newer);
      return newer;
    };
    const newer = await this.planner.renew(call, awaited, take, undefined);
    newer?.value.forEach((value, key) => values.set(key, value));
  }
}
