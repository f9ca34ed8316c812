import { bulkPrefix, everyVersion, singlePrefix } from '../../keys/storage-keys.js';
import type { KeyNames } from './key-names.js';

/** Tells among the names of a namespace's entries those that may hold one of some keys. */
export class ErasedNames {
  /** A SCAN pattern that matches all of them, and others. */
  readonly pattern: string;
  /** The names of the keys' single entries, by what stands before a key. */
  private readonly singles = new Map<string, ReadonlySet<string>>();
  private readonly singleStarts: readonly string[];
  private readonly bulkStarts: readonly string[];

  constructor(
    private readonly names: KeyNames,
    namespace: string,
    private readonly keys: readonly string[],
  ) {
    this.pattern = names.entryPattern(namespace);
    this.singleStarts = everyVersion(singlePrefix(namespace));
    this.bulkStarts = everyVersion(bulkPrefix(namespace));
  }

  /** Whether it is the name of a bulk entry: what is in it decides. */
  isBulk(name: string): boolean {
    return this.bulkStarts.some((start) => this.names.isValueOf(name, start));
  }

  /** Whether it is the name of a single entry of one of the keys, of whichever version. */
  isSingle(name: string): boolean {
    const start = this.singleStarts.find((each) => this.names.isValueOf(name, each));
    if (start === undefined) return false;
    const storageKey = name.slice(this.names.value('').length);
    // What follows an `@` is the version, up to the next colon.
    return this.of(storageKey.slice(0, storageKey.indexOf(':', start.length - 1) + 1)).has(name);
  }

  private of(prefix: string): ReadonlySet<string> {
    let names = this.singles.get(prefix);
    if (names === undefined) {
      names = new Set(this.keys.map((key) => this.names.value(prefix + key)));
      this.singles.set(prefix, names);
    }
    return names;
  }
}
