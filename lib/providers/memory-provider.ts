import type { InspectedEntry } from '../contracts/inspection.js';
import type { CasProvider, MemoryUsage, ScopeLimits, SetOptions } from '../contracts/provider.js';
import { InProcessProvider } from './in-process-provider.js';
import { WeighedBytes } from './memory-bytes.js';
import { checkMaxEntries, resolveMemoryOptions } from './memory-options.js';
import type { MemoryLimits, MemoryProviderOptions } from './memory-options.js';
import { ScopedValues } from './memory-scopes.js';
import type { EntryPartition } from './memory-scopes.js';

/** What both modes can do. */
interface Entries<S> {
  get(key: string): S | undefined;
  inspect(key: string): readonly InspectedEntry<S>[];
  set(key: string, entry: S, options: SetOptions): boolean;
  delete(key: string): void;
  clear(prefix: string): void;
  removeWhere(isMeant: (key: string) => boolean): void;
  usage(): MemoryUsage;
  seal(): void;
}

/**
 * Holds entries in this process, on lru-cache: live values (default) or frames. Always bounded, and answers every call
 * at once, without a promise.
 *
 * Values: each scope is an LRU of its own, so that one namespace cannot push out another. Bytes: one budget for all;
 * see `maxBytes`, and `SetOptions.cost` for which entry goes first.
 *
 * After `close` it is empty and refuses entries.
 *
 * @throws CasConfigError for options that cannot work together or are out of range.
 */
export class MemoryProvider<S = unknown> extends InProcessProvider<S> {
  readonly holds: 'bytes' | 'values';
  /** Values only: a view with an LRU of its own on the keys that begin with `prefix` (`<kind>:<namespace>:`). */
  readonly scope?: (prefix: string, limits: ScopeLimits) => CasProvider<S>;
  /** @internal Values only: from now on `partition` has the keys of the scope. What was held of them goes. */
  readonly adopt?: (prefix: string, partition: EntryPartition<S>) => void;
  private readonly entries: Entries<S>;
  private readonly limits: MemoryLimits;

  constructor(options: MemoryProviderOptions = {}) {
    super();
    const limits = resolveMemoryOptions(options);
    this.limits = limits;
    this.holds = limits.holds;
    if (limits.holds === 'values') {
      const values = new ScopedValues<S>(limits);
      this.entries = values;
      this.scope = (prefix, own) => values.scope(prefix, own);
      this.adopt = (prefix, partition) => values.adopt(prefix, partition);
    } else {
      // In this mode the contract makes S a frame.
      this.entries = new WeighedBytes(limits) as Entries<unknown> as Entries<S>;
    }
  }

  get(key: string): S | undefined {
    return this.entries.get(key);
  }

  /** Neither moves the entry to the recently used nor drops one that has expired. */
  inspect(key: string): readonly InspectedEntry<S>[] {
    return this.entries.inspect(key);
  }

  set(key: string, entry: S, options: SetOptions): boolean {
    return this.entries.set(key, entry, options);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(prefix: string): void {
    this.entries.clear(prefix);
  }

  /** Looks at every key. All bulk entries of the namespace go, since the members of a frame are not looked for. */
  erase(namespace: string, keys: readonly string[]): void {
    const erased = new Set(keys);
    const isOf = (kind: string): boolean => kind === namespace || kind.startsWith(`${namespace}@`);
    this.entries.removeWhere((storageKey) => {
      const end = storageKey.indexOf(':', storageKey.indexOf(':') + 1);
      if (storageKey.startsWith('bulk:')) return isOf(storageKey.slice('bulk:'.length, end));
      return (
        storageKey.startsWith('single:') &&
        isOf(storageKey.slice('single:'.length, end)) &&
        erased.has(storageKey.slice(end + 1))
      );
    });
  }

  usage(): MemoryUsage {
    return this.entries.usage();
  }

  /** @internal What bounds a scope. @throws CasConfigError */
  limitsOf({ maxEntries = this.limits.maxEntries }: ScopeLimits): MemoryLimits {
    return { ...this.limits, maxEntries: checkMaxEntries(maxEntries) };
  }

  close(): void {
    this.entries.seal();
  }
}
