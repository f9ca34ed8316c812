import type { Awaitable } from '../contracts/awaitable.js';
import type { InspectedEntry } from '../contracts/inspection.js';
import type { CasProvider, SetOptions } from '../contracts/provider.js';
import { CasCloseError } from '../write-errors.js';
import { checkTiers } from './tier.js';
import type { OnTierFault, ProviderTier, TierOperation } from './tier.js';
import { asError, isPending } from '../common/attempt.js';
import { inspectEntries } from '../common/inspect-entries.js';
import { allFailed, attempt, Fault, isSame } from './tiered-answers.js';

export interface TieredProviderOptions {
  /** Hears of every fault of a tier. Without it, only a fault of all tiers is heard of, by the caller. */
  readonly onFault?: OnTierFault | undefined;
}

interface Item<S> {
  readonly key: string;
  readonly entry: S;
  readonly cost?: number | undefined;
}

/**
 * Several providers as one, the nearest first: a read answers what the first of them has, and keeps a copy in those
 * before it; writes and deletes reach all. A tier that fails is passed over, and the call fails only when all of them
 * do.
 *
 * A copy is kept only of an entry whose tier says how long it still has (`remainingTtl`), and for no longer.
 *
 * Other processes do not see the tiers of this one, so what they invalidate stays there until it is read. It serves no
 * read: the generation check of the cache refuses it, and asks for another copy.
 *
 * @throws CasConfigError for no tiers, tiers of one name, and tiers of values together with tiers of bytes
 */
export class TieredProvider<S = unknown> implements CasProvider<S> {
  readonly holds: 'bytes' | 'values';
  readonly reach: 'process' | 'shared';
  /** Where a tier can tell: of the nearest that does and has the entry. */
  readonly remainingTtl?: (key: string) => Promise<number | undefined>;
  /** Where a tier can: in all that do. */
  readonly clear?: (prefix: string) => Promise<void>;
  /** Where every tier can. */
  readonly erase?: (namespace: string, keys: readonly string[]) => Promise<void>;
  private readonly tiers: readonly ProviderTier<S>[];
  private readonly onFault: OnTierFault | undefined;
  private closing: Promise<void> | undefined;

  constructor(tiers: readonly ProviderTier<S>[], options: TieredProviderOptions = {}) {
    this.tiers = checkTiers(tiers);
    this.onFault = options.onFault;
    this.holds = (this.tiers[0] as ProviderTier<S>).provider.holds;
    this.reach = this.tiers.some(({ provider }) => provider.reach === 'shared') ? 'shared' : 'process';
    if (this.tiers.some(({ provider }) => provider.remainingTtl !== undefined)) {
      this.remainingTtl = (key) => this.firstRemainingTtl(key);
    }
    if (this.tiers.every(({ provider }) => provider.erase !== undefined)) {
      this.erase = (namespace, keys) => this.eraseAll(namespace, keys);
    }
    if (this.tiers.some(({ provider }) => provider.clear !== undefined)) {
      this.clear = async (prefix) => void (await this.each('clear', ({ provider }) => provider.clear?.(prefix)));
    }
  }

  get(key: string): Awaitable<S | undefined> {
    return this.look(key, 0, []);
  }

  /** The copies of all tiers that answer. @throws when none does */
  async inspect(key: string): Promise<readonly InspectedEntry<S>[]> {
    const found = await this.each('get', ({ provider }) => inspectEntries(provider, key));
    return found.flatMap((copies, at) => {
      const { name } = this.tiers[at] as ProviderTier<S>;
      return copies instanceof Fault ? [] : copies.map((copy) => ({ ...copy, tier: name }));
    });
  }

  async getMany(keys: readonly string[]): Promise<(S | undefined | Error)[]> {
    const found = new Map<string, S>();
    const faults = new Map<string, unknown[]>();
    for (const [at, tier] of this.tiers.entries()) {
      const asked = [...new Set(keys)].filter((key) => !found.has(key));
      if (asked.length === 0) break;
      const answers = await attempt(() => tier.provider.getMany(asked));
      if (answers instanceof Fault) this.tell(tier, 'get', answers.cause);
      asked.forEach((key, i) => {
        const answer = answers instanceof Fault ? asError(answers.cause) : answers[i];
        if (answer instanceof Error) {
          if (!(answers instanceof Fault)) this.tell(tier, 'get', answer);
          faults.set(key, [...(faults.get(key) ?? []), answer]);
        } else if (answer !== undefined) {
          found.set(key, answer);
          this.warm(key, answer, at);
        }
      });
    }
    return keys.map((key) => {
      const causes = faults.get(key) ?? [];
      return found.get(key) ?? (causes.length === this.tiers.length ? asError(allFailed(causes)) : undefined);
    });
  }

  async set(key: string, entry: S, { ttlMs, cost }: SetOptions): Promise<boolean> {
    const stored = await this.each('set', (tier) =>
      tier.provider.set(key, entry, { ttlMs: lifeIn(tier, ttlMs), cost }),
    );
    // A tier that failed may still hold an older entry, in front of this one.
    stored.forEach((answer, at) => {
      if (answer instanceof Fault) void this.drop(at, key);
    });
    return stored.includes(true);
  }

  async setMany(items: readonly Item<S>[], { ttlMs }: { readonly ttlMs: number }): Promise<(boolean | Error)[]> {
    if (items.length === 0) return [];
    const answers = await this.each('set', (tier) => tier.provider.setMany(items, { ttlMs: lifeIn(tier, ttlMs) }));
    return items.map(({ key }, i) => {
      const causes: unknown[] = [];
      let stored = false;
      answers.forEach((tierAnswers, at) => {
        const answer = tierAnswers instanceof Fault ? asError(tierAnswers.cause) : tierAnswers[i];
        if (answer === true) stored = true;
        if (!(answer instanceof Error)) return;
        causes.push(answer);
        if (!(tierAnswers instanceof Fault)) this.tell(this.tiers[at] as ProviderTier<S>, 'set', answer);
        void this.drop(at, key);
      });
      return causes.length === this.tiers.length ? asError(allFailed(causes)) : stored;
    });
  }

  /** Looks on where the unusable copy was found, and drops it there and wherever else it is. */
  async another(key: string, unusable: S): Promise<S | undefined> {
    for (const [at, tier] of this.tiers.entries()) {
      const entry = await attempt(() => tier.provider.get(key));
      if (entry instanceof Fault) this.tell(tier, 'get', entry.cause);
      else if (entry !== undefined && !isSame(entry, unusable)) return entry;
      else if (entry !== undefined) await this.drop(at, key);
    }
    return undefined;
  }

  async delete(key: string): Promise<void> {
    await this.each('delete', ({ provider }) => provider.delete(key));
  }

  async deleteMany(keys: readonly string[]): Promise<(undefined | Error)[]> {
    if (keys.length === 0) return [];
    const answers = await this.each('delete', ({ provider }) => provider.deleteMany(keys));
    return keys.map((_, i) => {
      const causes: unknown[] = [];
      answers.forEach((tierAnswers, at) => {
        const answer = tierAnswers instanceof Fault ? asError(tierAnswers.cause) : tierAnswers[i];
        if (answer === undefined) return;
        causes.push(answer);
        if (!(tierAnswers instanceof Fault)) this.tell(this.tiers[at] as ProviderTier<S>, 'delete', answer);
      });
      return causes.length === this.tiers.length ? asError(allFailed(causes)) : undefined;
    });
  }

  /** @throws CasCloseError with the error of each tier that did not close. All were tried. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  /** Answers at once as long as the tiers do. */
  private look(key: string, from: number, causes: readonly unknown[]): Awaitable<S | undefined> {
    const tier = this.tiers[from];
    if (tier === undefined) {
      if (causes.length < this.tiers.length) return undefined;
      throw allFailed(causes);
    }
    const failed = (cause: unknown): Awaitable<S | undefined> => {
      this.tell(tier, 'get', cause);
      return this.look(key, from + 1, [...causes, cause]);
    };
    let entry: Awaitable<S | undefined>;
    try {
      entry = tier.provider.get(key);
    } catch (cause) {
      return failed(cause);
    }
    const lookOn = (found: S | undefined): Awaitable<S | undefined> => {
      if (found === undefined) return this.look(key, from + 1, causes);
      this.warm(key, found, from);
      return found;
    };
    return isPending(entry) ? entry.then(lookOn, failed) : lookOn(entry);
  }

  /** Keeps a copy in the tiers before the one that had the entry. The read does not wait for that. */
  private warm(key: string, entry: S, at: number): void {
    const { provider: source } = this.tiers[at] as ProviderTier<S>;
    if (at === 0) return;
    void attempt(async () => {
      const remaining = await source.remainingTtl?.(key);
      if (remaining === undefined || !(remaining > 0)) return;
      for (const tier of this.tiers.slice(0, at)) {
        const ttlMs = lifeIn(tier, remaining);
        const kept = ttlMs === Infinity || (await attempt(() => tier.provider.set(key, entry, { ttlMs })));
        if (kept instanceof Fault) this.tell(tier, 'warm', kept.cause);
      }
    }).then((warmed) => {
      if (warmed instanceof Fault) this.tell(this.tiers[at] as ProviderTier<S>, 'warm', warmed.cause);
    });
  }

  private async drop(at: number, key: string): Promise<void> {
    const tier = this.tiers[at] as ProviderTier<S>;
    const dropped = await attempt(() => tier.provider.delete(key));
    if (dropped instanceof Fault) this.tell(tier, 'delete', dropped.cause);
  }

  private async firstRemainingTtl(key: string): Promise<number | undefined> {
    for (const tier of this.tiers) {
      const remaining = await attempt(() => tier.provider.remainingTtl?.(key));
      if (remaining instanceof Fault) this.tell(tier, 'get', remaining.cause);
      else if (remaining !== undefined) return remaining;
    }
    return undefined;
  }

  /** Calls all tiers at once. @throws when all of them fail */
  private async each<T>(
    operation: TierOperation,
    call: (tier: ProviderTier<S>) => Awaitable<T>,
  ): Promise<readonly (T | Fault)[]> {
    const answers = await Promise.all(this.tiers.map((tier) => attempt(() => call(tier))));
    const faults = answers.filter((answer) => answer instanceof Fault);
    answers.forEach((answer, i) => {
      if (answer instanceof Fault) this.tell(this.tiers[i] as ProviderTier<S>, operation, answer.cause);
    });
    if (faults.length === this.tiers.length) throw allFailed(faults.map(({ cause }) => cause));
    return answers;
  }

  /** Tries all tiers. @throws when any of them fails: it may still hold what was to go */
  private async eraseAll(namespace: string, keys: readonly string[]): Promise<void> {
    const answers = await Promise.all(this.tiers.map((tier) => attempt(() => tier.provider.erase?.(namespace, keys))));
    answers.forEach((answer, i) => {
      if (answer instanceof Fault) this.tell(this.tiers[i] as ProviderTier<S>, 'delete', answer.cause);
    });
    const failed = answers.find((answer) => answer instanceof Fault);
    if (failed instanceof Fault) throw asError(failed.cause);
  }

  private tell({ name }: ProviderTier<S>, operation: TierOperation, cause: unknown): void {
    try {
      this.onFault?.(name, operation, cause);
    } catch {
      // A listener harms no call.
    }
  }

  private async closeAll(): Promise<void> {
    const closed = await Promise.all(this.tiers.map(({ provider }) => attempt(() => provider.close())));
    const causes = closed.filter((answer) => answer instanceof Fault).map(({ cause }) => cause);
    if (causes.length === 0) return;
    const message = 'Some tiers of the provider did not close; each error is in `errors`.';
    throw new CasCloseError(causes, message, { cause: causes[0] });
  }
}

function lifeIn<S>({ ttl }: ProviderTier<S>, ttlMs: number): number {
  return Math.min(ttlMs, ttl ?? Infinity);
}
