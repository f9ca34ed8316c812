import { hashTag, sharesSlot } from '../../keys/hash-tag.js';
import {
  bulkPrefix,
  everyVersion,
  generationKey,
  isTagKey,
  leaseKey,
  singlePrefix,
  storageKeyOf,
  tagClockKey,
  tagTableKey,
  unversionedKey,
  valueKey,
} from '../../keys/storage-keys.js';

/** The names that storage keys and their generations have in Redis, with everything that stands before them. */
export class KeyNames {
  /** What stands before a storage key in the usual name of its generation, which `}` closes. */
  private readonly beforeKey: string | undefined;

  constructor(
    private readonly prefix: string,
    private readonly isCluster: boolean,
  ) {
    const usual = prefix + generationKey('', prefix);
    this.beforeKey = prefix.includes('}') ? undefined : usual.slice(0, -1);
  }

  /** @param key of a single entry, of whichever version, or of a bulk entry */
  value(key: string): string {
    return this.prefix + (key.includes('@') ? valueKey(key, this.prefix) : key);
  }

  generation(key: string): string {
    const plain = unversionedKey(key);
    // The name is built for every read: the usual one needs no look for tags.
    if (this.beforeKey !== undefined && !plain.includes('}')) return `${this.beforeKey}${plain}}`;
    return this.prefix + generationKey(plain, this.prefix);
  }

  lease(key: string): string {
    return this.prefix + leaseKey(key, this.prefix);
  }

  tagClock(namespace: string): string {
    return this.prefix + tagClockKey(namespace, this.prefix);
  }

  /** Of what was invalidated by tags. */
  tagTable(namespace: string): string {
    return this.prefix + tagTableKey(namespace, this.prefix);
  }

  /** Whether one script may touch the clock of the namespace's tags, and what was invalidated. */
  tagsTogether(namespace: string): boolean {
    return !this.isCluster || hashedPart(this.tagClock(namespace)) === hashedPart(this.tagTable(namespace));
  }

  isTagCell(name: string): boolean {
    return name.startsWith(this.prefix) && isTagKey(name.slice(this.prefix.length), this.prefix);
  }

  /** Whether one command or script may touch the value and the generation of the key. */
  together(key: string): boolean {
    return !this.isCluster || sharesSlot(this.prefix, valueKey(key, this.prefix), generationKey(key, this.prefix));
  }

  /** A SCAN pattern for the values whose keys begin with `start`. */
  valuePattern(start: string): string {
    return `${literal(this.prefix + start)}*`;
  }

  /** A SCAN pattern for every entry of a namespace, of whichever version, and some others. */
  entryPattern(namespace: string): string {
    return `${literal(this.prefix)}[sb]*:${literal(namespace)}[:@]*`;
  }

  isEntryOf(name: string, namespace: string): boolean {
    const starts = [singlePrefix(namespace), bulkPrefix(namespace)].flatMap(everyVersion);
    return starts.some((start) => this.isValueOf(name, start));
  }

  /**
   * A SCAN pattern for the generations of keys that begin with `start`, in each form of their names, and some others.
   */
  generationPattern(start: string): string {
    return `${literal(`${this.prefix}gen:{`)}*${literal(start)}*`;
  }

  /** A SCAN pattern for all generations and all that is kept of tags, and some others. */
  issuedPattern(): string {
    return `${literal(this.prefix)}[gct][ela][nog]*:{*`;
  }

  isValueOf(name: string, start: string): boolean {
    return name.startsWith(this.prefix + start);
  }

  isGenerationOf(name: string, start: string): boolean {
    if (!name.startsWith(this.prefix)) return false;
    return storageKeyOf(name.slice(this.prefix.length), this.prefix)?.startsWith(start) ?? false;
  }
}

/** The text as a glob pattern that matches nothing else. */
function literal(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

/** What of a key decides its Cluster slot: keys for which it is the same may travel in one command. */
export function hashedPart(name: string): string {
  return hashTag(name) ?? name;
}
