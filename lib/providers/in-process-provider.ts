import type { InspectedEntry } from '../contracts/inspection.js';
import type { CasProvider, SetOptions } from '../contracts/provider.js';

/** A provider that answers every call at once: each many-variant is its single calls in a row. */
export abstract class InProcessProvider<S> implements CasProvider<S> {
  abstract readonly holds: 'bytes' | 'values';
  readonly reach = 'process';

  abstract get(key: string): S | undefined;
  abstract inspect(key: string): readonly InspectedEntry<S>[];
  abstract set(key: string, entry: S, options: SetOptions): boolean;
  abstract delete(key: string): void;
  abstract clear(prefix: string): void;
  abstract close(): void;

  getMany(keys: readonly string[]): (S | undefined)[] {
    return keys.map((key) => this.get(key));
  }

  setMany(
    items: readonly { readonly key: string; readonly entry: S; readonly cost?: number | undefined }[],
    options: { readonly ttlMs: number },
  ): boolean[] {
    return items.map(({ key, entry, cost }) => this.set(key, entry, { ttlMs: options.ttlMs, cost }));
  }

  deleteMany(keys: readonly string[]): undefined[] {
    return keys.map((key) => {
      this.delete(key);
      return undefined;
    });
  }
}
