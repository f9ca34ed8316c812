import type { Generation, GenerationReading } from '../contracts/generation-store.js';

/** The many-variants of a store that answers at once: in process nothing is gained by asking for many together. */
export abstract class OneByOne {
  abstract current(key: string): GenerationReading;
  abstract snapshot(key: string): Generation;
  abstract bump(key: string): Generation;
  abstract extend(key: string, generation: Generation, ttlMs: number): boolean;

  currentMany(keys: readonly string[]): GenerationReading[] {
    return keys.map((key) => this.current(key));
  }

  snapshotMany(keys: readonly string[]): Generation[] {
    return keys.map((key) => this.snapshot(key));
  }

  bumpMany(keys: readonly string[]): Generation[] {
    return keys.map((key) => this.bump(key));
  }

  extendMany(items: readonly { readonly key: string; readonly generation: Generation }[], ttlMs: number): boolean[] {
    return items.map(({ key, generation }) => this.extend(key, generation, ttlMs));
  }
}
