import type { FillPatience } from '../../contracts/fill-patience.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { LiveEntry } from '../../contracts/provider.js';
import type { Follower } from '../../contracts/follower.js';
import { Hit, RefreshableHit, valueOf } from './hits.js';
import { clearBoth } from './bump-then-delete.js';
import type { CheckedEntry, Proof } from './checked-entry.js';
import type { Backend, Bumped, CheckResult, EntryBackend, FillItem, OnBumped, ReadResult } from './backend.js';
import { Miss } from './miss.js';
import type { BackendEnvironment } from './backend-environment.js';
import type { Reporter } from '../support/reporter.js';
import type { SeparateStoresBackend } from './separate-stores-backend.js';
import { isPromise, attempt } from '../../common/attempt.js';

/** A value for both tiers: `kept` for near, `prepared` for the tier behind. */
export interface TieredFill<V, P> {
  readonly kept: V;
  readonly prepared: P;
}

/** When the tier behind was asked, and what its answer proves. */
interface Asked {
  readonly at: number;
  readonly proof: Proof | undefined;
}

/** What the tier in process may do. */
export interface NearLimits {
  /** The longest that an entry stays near when the tier behind does not say how long it has. */
  readonly ttlMs: number;
  /** The longest that an entry stays near at all. */
  readonly nearTtlMs: number | undefined;
  /** Whether the isolation hands out the kept object itself. */
  readonly sharesHits: boolean;
}

/**
 * Values in process in front of entries behind a round trip. A near hit is checked against the shared generation like
 * any other; whatever near cannot prove is asked of the tier behind, whose hits warm near. So is a near hit that is due
 * to be loaded anew: another replica may have done so, under the same generation.
 *
 * Near is an advantage, never a condition: when its provider fails, the tier behind answers alone.
 *
 * A copy never outlives the entry behind that it was made of. What that still has counts from before the entry was
 * asked for, or stored: near hears of it when a reply has come, which may take long.
 */
export class TieredBackend<V, P> implements Backend<V, TieredFill<V, P>> {
  readonly synchronous = false;
  readonly readLocal: ((key: string) => ReadResult<V> | undefined) | undefined;
  private readonly reporter: Reporter;
  /** Near counts lifetimes by the same clock. */
  private readonly clock: () => number;

  /**
   * @param replay what the codec gives back of a prepared value, so that types do not depend on the tier that answers
   */
  constructor(
    private readonly near: SeparateStoresBackend<V, LiveEntry<V>, V>,
    private readonly far: EntryBackend<V, P>,
    private readonly replay: (key: string, prepared: P) => V,
    private readonly limits: NearLimits,
    { reporter, timers }: Pick<BackendEnvironment, 'reporter' | 'timers'>,
  ) {
    this.reporter = reporter;
    const { readLocal } = near;
    this.readLocal =
      readLocal &&
      ((key) => {
        const found = readLocal(key);
        // Another replica may have loaded it anew.
        return asksBehind(found) ? undefined : found;
      });
    this.clock = () => timers.age?.() ?? timers.now();
  }

  read(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    const located = this.near.readEntry(key);
    return isPromise(located) ? located.then((near) => this.readOn(key, near)) : this.readOn(key, located);
  }

  async readMany(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const held = keys.filter((key) => this.near.holds(key));
    const heldKeys = new Set(held);
    const rest = keys.filter((key) => !heldKeys.has(key));
    const asked = this.ask();
    // Both are asked for in this tick, so that they can travel together.
    const [near, behind] = await Promise.all([this.near.readEntries(held), this.far.readEntries(rest)]);
    const found = new Map<string, ReadResult<V>>();
    rest.forEach((key, i) => found.set(key, this.warm(key, behind[i] as CheckResult<P>, asked)));
    const opened = new Map(held.map((key, i) => [key, near[i] as CheckResult<V>]));
    opened.forEach((each, key) => found.set(key, this.near.decode(key, each)));
    const unproven = held.filter((key) => asksBehind(found.get(key)));
    const askedAgain = this.ask();
    const second = unproven.length === 0 ? [] : await this.far.readEntries(unproven);
    unproven.forEach((key, i) => {
      const here = opened.get(key) as CheckResult<V>;
      found.set(key, this.choose(key, here, found.get(key) as ReadResult<V>, second[i] as CheckResult<P>, askedAgain));
    });
    return keys.map((key) => found.get(key) as ReadResult<V>);
  }

  prepare(key: string, value: V): TieredFill<V, P> {
    const prepared = this.far.prepare(key, value);
    return { prepared, kept: this.near.prepare(key, this.replay(key, prepared)) };
  }

  async fill(item: FillItem<TieredFill<V, P>>, ttlMs: number, patience?: FillPatience): Promise<SetOutcome> {
    const begunAt = this.clock();
    const outcome = await this.far.fill({ ...item, prepared: item.prepared.prepared }, ttlMs, patience);
    if (outcome === 'stored') await this.putNear(item, ttlMs, begunAt);
    return outcome;
  }

  async fillMany(
    items: readonly FillItem<TieredFill<V, P>>[],
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<readonly SetOutcome[]> {
    const begunAt = this.clock();
    const outcomes = await this.far.fillMany(
      items.map((item) => ({ ...item, prepared: item.prepared.prepared })),
      ttlMs,
      patience,
    );
    const stored = items.filter((_, i) => outcomes[i] === 'stored');
    await Promise.all(stored.map((item) => this.putNear(item, ttlMs, begunAt)));
    return outcomes;
  }

  async invalidate(keys: readonly string[], onBumped: OnBumped, follower?: Follower): Promise<Bumped> {
    const generations = await this.far.invalidate(keys, onBumped, follower);
    const dropped = await attempt(() => this.near.drop(keys));
    if (dropped instanceof Error) this.reporter.fault('invalidate', undefined, dropped);
    return generations;
  }

  async drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]> {
    const [behind] = await Promise.all([this.far.drop(keys), this.near.drop(keys)]);
    return behind;
  }

  dropInBackground(keys: readonly string[]): void {
    this.far.dropInBackground(keys);
    this.near.dropInBackground(keys);
  }

  async erase(keys: readonly string[]): Promise<void> {
    const erased = await Promise.all([this.far, this.near].map((tier) => attempt(() => tier.erase(keys))));
    const failed = erased.find((answer) => answer instanceof Error);
    if (failed !== undefined) throw failed;
  }

  clear(prefix: string): Promise<void> {
    return clearBoth(
      () => this.far.clear(prefix),
      () => this.near.free(prefix),
    );
  }

  private readOn(key: string, near: CheckResult<V>): ReadResult<V> | Promise<ReadResult<V>> {
    const found = this.near.decode(key, near);
    if (!asksBehind(found)) return found;
    const asked = this.ask();
    const behind = this.far.readEntry(key);
    return isPromise(behind)
      ? behind.then((opened) => this.choose(key, near, found, opened, asked))
      : this.choose(key, near, found, behind, asked);
  }

  /** @param found what near made of `near`: a miss, or a hit that is due to be loaded anew */
  private choose(
    key: string,
    near: CheckResult<V>,
    found: ReadResult<V>,
    behind: CheckResult<P>,
    asked: Asked,
  ): ReadResult<V> {
    if (near instanceof Miss || found instanceof Miss) return this.warm(key, behind, asked);
    if (behind instanceof Miss) return contradicts(behind, near.gen) ? behind : found;
    if (!isNewer(behind, near)) return found;
    const value = this.warm(key, behind, asked);
    return value instanceof Miss ? found : value;
  }

  /** Decodes what the tier behind holds, and keeps a copy near for as long as it lives there. */
  private warm(key: string, opened: CheckResult<P>, asked: Asked): ReadResult<V> {
    if (opened instanceof Miss) return opened;
    const found = this.far.decode(key, opened);
    if (found instanceof Miss) return found;
    const value = valueOf(found);
    let kept: V;
    try {
      kept = this.near.prepare(key, value);
    } catch (cause) {
      this.reporter.fault('set', key, cause);
      return found;
    }
    void this.keepNear(key, opened, kept, asked);
    // The first hit is like those that follow it; a copy of its own the caller has in `value` already.
    if (!this.limits.sharesHits) return found;
    return found instanceof Hit ? found.with(kept) : kept;
  }

  private async keepNear(key: string, entry: CheckedEntry<P>, prepared: V, { at, proof }: Asked): Promise<void> {
    const { gen: observed, stamp, tagged } = entry;
    // It was alive at its stamp, at least.
    const proven = proof && tagged ? { ...proof, clock: entry.clock ?? tagged } : proof;
    const warmed = await attempt(async () => {
      const remaining = entry.remainingMs ?? (await this.far.remainingTtl(key));
      // Gone since it was read.
      if (remaining === undefined) return;
      const left = this.nearTtl(Math.min(remaining, this.limits.ttlMs), at);
      if (left > 0) await this.near.put({ key, observed, prepared, stamp, tagged, proof: proven }, left);
    });
    if (warmed instanceof Error) this.reporter.fault('set', key, warmed);
  }

  /** What comes of it is near's own affair. An older value of the same generation does not stay behind. */
  private async putNear(item: FillItem<TieredFill<V, P>>, ttlMs: number, begunAt: number): Promise<void> {
    const left = this.nearTtl(ttlMs, begunAt);
    const outcome = left > 0 && (await this.near.put({ ...item, prepared: item.prepared.kept }, left));
    if (outcome !== 'stored') this.near.dropInBackground([item.key]);
  }

  /** To be called before the tier behind is asked. */
  private ask(): Asked {
    return { at: this.clock(), proof: this.near.lease?.ask() };
  }

  /** What is left now of so long a life that began then, or later. */
  private nearTtl(ttlMs: number, since: number): number {
    return Math.min(ttlMs - (this.clock() - since), this.limits.nearTtlMs ?? Infinity);
  }
}

/**
 * What near has proven stands, while it is fresh; so does that nothing can be proven now. The rest may be known behind,
 * and all of it when near's own entry could not be read.
 */
function asksBehind(found: unknown): boolean {
  return found instanceof Miss ? found.asksBehind : found instanceof RefreshableHit;
}

/** Whether a miss behind says that the generation of the hit near has ended since. */
function contradicts(behind: Miss, gen: Generation): boolean {
  return behind.generation !== undefined && behind.generation !== gen;
}

/** Of two entries that were both proven, the one behind a moment later. */
function isNewer(behind: CheckedEntry<unknown>, near: CheckedEntry<unknown>): boolean {
  if (behind.gen !== near.gen || behind.stamp === undefined || near.stamp === undefined) return true;
  return behind.stamp.storedAt > near.stamp.storedAt;
}
