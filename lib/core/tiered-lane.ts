import type { Awaitable } from '../contracts/awaitable.js';
import type { Generation } from '../contracts/generation-store.js';
import type { SetOutcome } from '../contracts/outcomes.js';
import type { LiveEntry } from '../contracts/provider.js';
import { valueOf } from './aged.js';
import { clearBoth } from './both-halves.js';
import type { Opened } from './entry-format.js';
import type { BackingLane, FillItem, Found, Lane, TellBumps } from './lane.js';
import { Miss } from './miss.js';
import type { Reporter } from './reporter.js';
import type { SplitLane } from './split-lane.js';
import { isPending, settle } from './thenable.js';

/** A value for both tiers: `kept` for near, `prepared` for the tier behind. */
export interface TieredFill<V, P> {
  readonly kept: V;
  readonly prepared: P;
}

/**
 * Values in process in front of entries behind a round trip. A near hit is checked against the shared generation like any
 * other; whatever near cannot prove is asked of the tier behind, whose hits warm near.
 */
export class TieredLane<V, P> implements Lane<V, TieredFill<V, P>> {
  readonly synchronous = false;

  /** @param decode what the codec gives back of a prepared value, so that types do not depend on the tier that answers */
  constructor(
    private readonly near: SplitLane<V, LiveEntry<V>, V>,
    private readonly far: BackingLane<V, P>,
    private readonly decode: (key: string, prepared: P) => V,
    private readonly reporter: Reporter,
    private readonly ttlMs: number,
  ) {}

  read(key: string): Awaitable<Found<V>> {
    const found = this.near.read(key);
    return isPending(found) ? found.then((near) => this.readBehind(key, near)) : this.readBehind(key, found);
  }

  async readMany(keys: readonly string[]): Promise<readonly Found<V>[]> {
    const held = keys.filter((key) => this.near.holds(key));
    const heldKeys = new Set(held);
    const rest = keys.filter((key) => !heldKeys.has(key));
    // Both are asked for in this tick, so that they can travel together.
    const [near, behind] = await Promise.all([this.near.readMany(held), this.far.locateMany(rest)]);
    const found = new Map<string, Found<V>>();
    held.forEach((key, i) => found.set(key, near[i] as Found<V>));
    rest.forEach((key, i) => found.set(key, this.warm(key, behind[i] as Opened<P> | Miss)));
    const unproven = held.filter((key) => asksBehind(found.get(key) as Found<V>));
    const second = await this.far.locateMany(unproven);
    unproven.forEach((key, i) => found.set(key, this.warm(key, second[i] as Opened<P> | Miss)));
    return keys.map((key) => found.get(key) as Found<V>);
  }

  prepare(key: string, value: V): TieredFill<V, P> {
    const prepared = this.far.prepare(key, value);
    return { prepared, kept: this.near.prepare(key, this.decode(key, prepared)) };
  }

  async fill(item: FillItem<TieredFill<V, P>>, ttlMs: number): Promise<SetOutcome> {
    const outcome = await this.far.fill({ ...item, prepared: item.prepared.prepared }, ttlMs);
    if (outcome === 'stored') await this.near.put({ ...item, prepared: item.prepared.kept }, ttlMs);
    return outcome;
  }

  async fillMany(items: readonly FillItem<TieredFill<V, P>>[], ttlMs: number): Promise<readonly SetOutcome[]> {
    const outcomes = await this.far.fillMany(
      items.map((item) => ({ ...item, prepared: item.prepared.prepared })),
      ttlMs,
    );
    const stored = items.filter((_, i) => outcomes[i] === 'stored');
    await Promise.all(stored.map((item) => this.near.put({ ...item, prepared: item.prepared.kept }, ttlMs)));
    return outcomes;
  }

  async invalidate(keys: readonly string[], tell: TellBumps): Promise<readonly (Generation | Error)[]> {
    const generations = await this.far.invalidate(keys, tell);
    const dropped = await settle(() => this.near.drop(keys));
    if (dropped instanceof Error) this.reporter.fault('invalidate', undefined, dropped);
    return generations;
  }

  async drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]> {
    const [behind] = await Promise.all([this.far.drop(keys), this.near.drop(keys)]);
    return behind;
  }

  release(keys: readonly string[]): void {
    this.far.release(keys);
    this.near.release(keys);
  }

  clear(): Promise<void> {
    return clearBoth(
      () => this.far.clear(),
      () => this.near.free(),
    );
  }

  private readBehind(key: string, near: Found<V>): Awaitable<Found<V>> {
    if (!asksBehind(near)) return near;
    const located = this.far.locate(key);
    return isPending(located) ? located.then((opened) => this.warm(key, opened)) : this.warm(key, located);
  }

  /** Decodes what the tier behind holds, and keeps a copy near for as long as it lives there. */
  private warm(key: string, opened: Opened<P> | Miss): Found<V> {
    if (opened instanceof Miss) return opened;
    const value = this.far.value(key, opened);
    if (!(value instanceof Miss)) void this.keepNear(key, opened, valueOf(value));
    return value;
  }

  private async keepNear(key: string, { gen: observed, stamp }: Opened<P>, value: V): Promise<void> {
    const warmed = await settle(async () => {
      const prepared = this.near.prepare(key, value);
      const remaining = await this.far.remainingTtl(key);
      // Gone since it was read: near would keep it longer than the tier behind did.
      if (remaining === undefined || remaining <= 0) return;
      await this.near.put({ key, observed, prepared, stamp }, Math.min(remaining, this.ttlMs));
    });
    if (warmed instanceof Error) this.reporter.fault('set', key, warmed);
  }
}

/** What near has proven stands; so does that nothing can be proven now. The rest may be known behind. */
function asksBehind(near: unknown): near is Miss {
  return near instanceof Miss && near.reason !== 'open' && near.reason !== 'unavailable';
}
