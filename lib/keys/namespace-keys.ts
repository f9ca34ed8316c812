import { bulkDigest } from './bulk-digest.js';
import { bulkPrefix, everyVersion, singlePrefix } from './storage-keys.js';

/** Names what a namespace keeps in its stores. The one place from which the core has storage keys. */
export class NamespaceKeys {
  /** What stands before a key where its value is: of this version alone. */
  readonly valuePrefix = singlePrefix(this.namespace, this.valueVersion);
  /** What stands before a key where its generation is: all versions of its value share it. */
  readonly generationPrefix = singlePrefix(this.namespace);
  /** What every bulk frame of this version begins with. */
  readonly bulkPrefix = bulkPrefix(this.namespace, this.valueVersion);

  constructor(
    readonly namespace: string,
    readonly valueVersion?: string | undefined,
  ) {}

  /** Where the value of a key is, and which process loads it. */
  readonly value = (key: string): string => this.valuePrefix + key;

  /** Where the generation of a key is, and what of its stores its part. */
  readonly generation = (key: string): string => this.generationPrefix + key;

  /** Where the frame of many keys is. Order and duplicates make no difference. */
  bulk(keys: readonly string[]): string {
    return this.bulkPrefix + bulkDigest(keys);
  }

  /**
   * What every entry of the namespace begins with, of whichever version: one of these.
   *
   * @param part only entries whose keys begin so. Neither bulk entries nor all versions show that: what is left of them
   *   has no generation, and no read accepts it
   */
  entryPrefixes(part = ''): readonly string[] {
    if (part !== '') return [...new Set([this.valuePrefix + part, singlePrefix(this.namespace) + part])];
    return [...everyVersion(singlePrefix(this.namespace)), ...everyVersion(bulkPrefix(this.namespace))];
  }
}
