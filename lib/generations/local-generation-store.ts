import type { Generation, GenerationReading, GenerationStore } from '../contracts/generation-store.js';
import type { InspectedGeneration } from '../contracts/inspection.js';
import type { IntentStore } from '../contracts/intent-store.js';
import { FILL_DEADLINE_MS } from '../common/fill-deadline.js';
import { CasConfigError } from '../errors.js';
import { LocalGroup } from './local-group.js';
import type { KeyGroup } from './local-group.js';
import { LocalIntents } from './local-intents.js';
import { LocalLedger } from './local-ledger.js';
import { OneByOne } from './local-many.js';
import { type LocalGenerationStoreOptions, resolveLocalOptions } from './local-options.js';
import { LocalTagStores } from './local-tags.js';

/** What a scope may be made of: `<kind>:<namespace>:`. A whole key shows its scope by its first two colons. */
const SCOPE_PREFIX = /^[^:]*:[^:]*:$/;

/**
 * The generations of one process. Answers every call at once, without a promise.
 *
 * Bounded: at `maxKeys` a new key takes the place of one that was not used lately, and keys that were not touched for
 * `retention` are swept away in short turns on an unreferenced timer. Either costs a miss at most: one mark issues all
 * generations, so a key that comes back gets a number above every earlier one. A key that a writer has open is kept,
 * even beyond the bound.
 *
 * Caches that share a provider and a namespace share one store: two stores of one process may issue the same number for
 * a key, and an entry of the one would be current for the other.
 *
 * After `close` it is empty: readings are absent, snapshots 0, and a bump is true without a trace.
 *
 * @throws CasConfigError for a bound that cannot be kept.
 */
export class LocalGenerationStore extends OneByOne implements GenerationStore {
  readonly reach = 'process';
  readonly intents: IntentStore;
  readonly tags: LocalTagStores;
  private readonly ledger: LocalLedger;
  private longestLoadMs = FILL_DEADLINE_MS;
  private readonly scopes = new Map<string, KeyGroup>();
  /** The keys of no scope, whole. */
  private readonly rest: LocalGroup;

  constructor(options: LocalGenerationStoreOptions = {}) {
    super();
    this.ledger = new LocalLedger(resolveLocalOptions(options));
    this.rest = new LocalGroup(this.ledger);
    this.tags = new LocalTagStores(this.ledger);
    this.intents = new LocalIntents(this.ledger, (key, question) => this.ask(key, question));
  }

  current(key: string): GenerationReading {
    return this.ask(key, (group, own) => group.current(own));
  }

  inspect(key: string): InspectedGeneration {
    return this.ask(key, (group, own) => group.inspect(own));
  }

  snapshot(key: string): Generation {
    return this.ask(key, (group, own) => group.snapshot(own));
  }

  bump(key: string): Generation {
    return this.ask(key, (group, own) => group.bump(own));
  }

  extend(key: string, generation: Generation, ttlMs: number): boolean {
    return this.ask(key, (group, own) => group.extend(own, generation, ttlMs));
  }

  /** For a prefix that covers whole scopes this takes no longer for more keys. */
  clear(prefix: string): void {
    this.rest.clear(prefix);
    for (const [scope, group] of this.scopes) {
      if (scope.startsWith(prefix)) group.clear('');
      else if (prefix.startsWith(scope)) group.clear(prefix.slice(scope.length));
    }
  }

  /** Of a key in a cell. One that stands here is kept for the retention. */
  expectLoads(ms: number): void {
    this.longestLoadMs = Math.max(this.longestLoadMs, ms);
  }

  /** Drops at once what the sweep would drop in turns. */
  cleanup(): void {
    this.ledger.prune();
  }

  /** @throws CasConfigError for a prefix that is not `<kind>:<namespace>:`. */
  scope(prefix: string): KeyGroup {
    const known = this.scopes.get(prefix);
    if (known !== undefined) return known;
    if (!SCOPE_PREFIX.test(prefix)) {
      throw new CasConfigError(`LocalGenerationStore: a scope is "<kind>:<namespace>:", not "${prefix}".`);
    }
    const group = new LocalGroup(this.ledger);
    this.rest.moveTo(group, prefix);
    this.scopes.set(prefix, group);
    return group;
  }

  /** @internal A number above all that were issued until now, the clock that leases end by, and how long loads take. */
  issuing(): { readonly base: Generation; readonly look: () => number; readonly longestLoadMs: () => number } {
    return {
      base: this.ledger.issue(),
      look: () => this.ledger.look(),
      longestLoadMs: () => this.longestLoadMs,
    };
  }

  /** @internal From now on `group` has the keys of the scope. Their generations end; those that are open stay so. */
  adopt(prefix: string, group: KeyGroup): void {
    this.rest.moveWritersTo(group.writers, prefix);
    this.scopes.set(prefix, group);
  }

  close(): void {
    this.ledger.close();
    for (const group of this.scopes.values()) group.seal();
  }

  private ask<T>(key: string, question: (group: KeyGroup, own: string) => T): T {
    const end = key.indexOf(':', key.indexOf(':') + 1) + 1;
    const scope = this.scopes.get(key.slice(0, end));
    return scope === undefined ? question(this.rest, key) : question(scope, key.slice(end));
  }
}
