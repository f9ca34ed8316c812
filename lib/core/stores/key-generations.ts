import type { Awaitable } from '../../contracts/awaitable.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { Follower } from '../../contracts/follower.js';
import type { Reporter } from '../support/reporter.js';
import type { Bumped, FillItem } from './backend.js';
import type { Scoped } from './scoped-stores.js';

/** The generations of the keys of one namespace, in a store that knows nothing of their entries. */
export class KeyGenerations {
  private readonly store: GenerationStore;
  private readonly nameOf: (key: string) => string;

  constructor(
    scoped: Scoped<GenerationStore>,
    private readonly reporter: Reporter,
  ) {
    ({ store: this.store, nameOf: this.nameOf } = scoped);
  }

  current(key: string): Awaitable<GenerationReading> {
    return this.store.current(this.nameOf(key));
  }

  currentMany(keys: readonly string[]): Awaitable<readonly (GenerationReading | Error)[]> {
    return this.store.currentMany(keys.map(this.nameOf));
  }

  extend({ key, observed }: FillItem<unknown>, ttlMs: number, patience?: FillPatience): Awaitable<boolean> {
    return this.store.extend(this.nameOf(key), observed, ttlMs, patience);
  }

  /** `'stored'` stands for "current, may be stored". */
  async extendMany(
    items: readonly FillItem<unknown>[],
    ttlMs: number,
    patience: FillPatience | undefined,
  ): Promise<readonly SetOutcome[]> {
    let matches: readonly (boolean | Error)[];
    try {
      const claims = items.map(({ key, observed }) => ({ key: this.nameOf(key), generation: observed }));
      matches = await this.store.extendMany(claims, ttlMs, patience);
    } catch (cause) {
      this.reporter.fault('set', undefined, cause);
      return items.map(() => 'unavailable');
    }
    return items.map(({ key }, i) => {
      const match = matches[i];
      if (match instanceof Error) this.reporter.fault('set', key, match);
      return match === true ? 'stored' : match === false ? 'stale' : 'unavailable';
    });
  }

  async bump(keys: readonly string[], follower: Follower | undefined): Promise<Bumped> {
    const [only] = keys.length === 1 ? keys : [];
    if (only === undefined) return this.store.bumpMany(keys.map(this.nameOf), follower);
    return [await this.store.bump(this.nameOf(only), follower)];
  }
}
