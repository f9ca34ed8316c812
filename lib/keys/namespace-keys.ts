import { bulkKey, bulkPrefix, singlePrefix } from './storage-keys.js';

/** Names what a namespace keeps in its stores. The one place from which the core has storage keys. */
export class NamespaceKeys {
  /** What stands before a key where its value is. */
  readonly valuePrefix: string;
  /** What stands before a key where its generation is. */
  readonly generationPrefix: string;

  constructor(readonly namespace: string) {
    this.valuePrefix = singlePrefix(namespace);
    this.generationPrefix = singlePrefix(namespace);
  }

  /** Where the value of a key is, and who loads it. */
  readonly value = (key: string): string => this.valuePrefix + key;

  /** Where the generation of a key is, and what of its stores its part. */
  readonly generation = (key: string): string => this.generationPrefix + key;

  /** Where the frame of many keys is. Order and duplicates make no difference. */
  bulk(keys: readonly string[]): string {
    return bulkKey(this.namespace, keys);
  }

  /** What every entry of the namespace begins with: one of these. */
  entryPrefixes(): readonly string[] {
    return [singlePrefix(this.namespace), bulkPrefix(this.namespace)];
  }
}
