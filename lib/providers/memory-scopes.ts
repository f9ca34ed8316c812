import type { InspectedEntry } from '../contracts/inspection.js';
import type { MemoryUsage, ScopeLimits, SetOptions } from '../contracts/provider.js';
import { CasConfigError } from '../errors.js';
import { checkMaxEntries, type MemoryLimits } from './memory-options.js';
import type { InProcessProvider } from './in-process-provider.js';
import { ValuePartition } from './memory-values.js';

/** What holds the entries of one scope, under keys without its prefix. */
export interface EntryPartition<S> extends InProcessProvider<S> {
  readonly maxEntries: number;
  usage(): MemoryUsage;
  removeWhere(isMeant: (key: string) => boolean): void;
  /** Drops everything and takes nothing any more. */
  seal(): void;
}

/** What a scope may be made of: `<kind>:<namespace>:`. A whole key shows its scope by its first two colons. */
const SCOPE_PREFIX = /^[^:]*:[^:]*:$/;

/**
 * Live entries in one partition for each scope, and one for the keys of no scope. Whole keys are led to the partition
 * of their prefix, so that both ways reach the same entry.
 */
export class ScopedValues<S> {
  readonly #scopes = new Map<string, EntryPartition<S>>();
  readonly #rest: ValuePartition<S>;
  #sealed = false;

  constructor(private readonly limits: MemoryLimits) {
    this.#rest = new ValuePartition(limits.maxEntries, limits);
  }

  get(key: string): S | undefined {
    const scope = this.#scopeOf(key);
    return scope === undefined ? this.#rest.get(key) : scope.partition.get(scope.key);
  }

  inspect(key: string): readonly InspectedEntry<S>[] {
    const scope = this.#scopeOf(key);
    return scope === undefined ? this.#rest.inspect(key) : scope.partition.inspect(scope.key);
  }

  set(key: string, entry: S, options: SetOptions): boolean {
    const scope = this.#scopeOf(key);
    return scope === undefined ? this.#rest.set(key, entry, options) : scope.partition.set(scope.key, entry, options);
  }

  delete(key: string): void {
    const scope = this.#scopeOf(key);
    if (scope === undefined) this.#rest.delete(key);
    else scope.partition.delete(scope.key);
  }

  clear(prefix: string): void {
    this.#rest.clear(prefix);
    for (const [scope, partition] of this.#scopes) {
      if (scope.startsWith(prefix)) partition.clear('');
      else if (prefix.startsWith(scope)) partition.clear(prefix.slice(scope.length));
    }
  }

  usage(): MemoryUsage {
    const all = [this.#rest, ...this.#scopes.values()].map((partition) => partition.usage());
    const sum = (what: 'entries' | 'evictions'): number => all.reduce((total, usage) => total + usage[what], 0);
    return { entries: sum('entries'), evictions: sum('evictions') };
  }

  removeWhere(isMeant: (key: string) => boolean): void {
    this.#rest.removeWhere(isMeant);
    for (const [scope, partition] of this.#scopes) partition.removeWhere((key) => isMeant(scope + key));
  }

  /** @throws CasConfigError when the prefix cannot be a scope, or is one with another bound. */
  scope(prefix: string, limits: ScopeLimits): EntryPartition<S> {
    const maxEntries = checkMaxEntries(limits.maxEntries ?? this.limits.maxEntries);
    const known = this.#scopes.get(prefix);
    if (known?.maxEntries === maxEntries) return known;
    if (known !== undefined) {
      throw new CasConfigError(
        `MemoryProvider: the scope "${prefix}" holds ${known.maxEntries} entries already and cannot hold ${maxEntries} ` +
          'as well. Give both users of the namespace the same maxEntries, or a provider each.',
      );
    }
    if (!SCOPE_PREFIX.test(prefix)) {
      throw new CasConfigError(`MemoryProvider: a scope is "<kind>:<namespace>:", not "${prefix}".`);
    }
    const partition = new ValuePartition<S>(maxEntries, this.limits);
    this.#rest.moveTo(partition, prefix);
    if (this.#sealed) partition.seal();
    this.#scopes.set(prefix, partition);
    return partition;
  }

  /** From now on `partition` has the keys of the scope. What was held of them goes. */
  adopt(prefix: string, partition: EntryPartition<S>): void {
    this.clear(prefix);
    if (this.#sealed) partition.seal();
    this.#scopes.set(prefix, partition);
  }

  seal(): void {
    this.#sealed = true;
    this.#rest.seal();
    for (const partition of this.#scopes.values()) partition.seal();
  }

  #scopeOf(key: string): { readonly partition: EntryPartition<S>; readonly key: string } | undefined {
    if (this.#scopes.size === 0) return undefined;
    const end = key.indexOf(':', key.indexOf(':') + 1) + 1;
    const partition = this.#scopes.get(key.slice(0, end));
    return partition && { partition, key: key.slice(end) };
  }
}
