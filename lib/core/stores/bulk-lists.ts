import type { NamespaceKeys } from '../../keys/namespace-keys.js';

/** Keys that are asked for together, and the names of their frame and their singles. */
export interface BulkList {
  readonly keys: readonly string[];
  readonly at: string;
  /** Frozen in a list that is kept, so that a store may keep what it makes of them. */
  readonly storageKeys: readonly string[];
}

/** The most names of a namespace. What a store makes of the names takes about half as much again. */
const MOST_BYTES = 500_000;
/** What a string takes besides its characters. */
const STRING_BYTES = 40;

/**
 * Names lists of keys, and keeps the names of those that had a frame lately. A frame serves only callers that ask for
 * just its keys, so where there is one the same list comes again and again, and naming it takes longer than all checks
 * of a hit.
 */
export class BulkLists {
  /** By first key, the one that was asked for last at the end. When lists begin alike, only the last is kept. */
  private readonly kept = new Map<string, BulkList>();
  private bytes = 0;

  constructor(
    private readonly names: NamespaceKeys,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** @param keys at least one, in an array that is not changed afterwards */
  named(keys: readonly string[]): BulkList {
    const known = this.kept.get(keys[0] as string);
    if (known !== undefined && isSame(known.keys, keys)) return known;
    return { keys, at: this.names.bulk(keys), storageKeys: keys.map(this.names.generation) };
  }

  /** To be told that the list has a frame. */
  keep(list: BulkList): void {
    const first = list.keys[0] as string;
    const before = this.kept.get(first);
    if (before !== list) {
      const bytes = bytesOf(list);
      // One list is not to drive out all others.
      if (bytes > this.mostBytes / 2) return;
      this.bytes += bytes - (before === undefined ? 0 : bytesOf(before));
      Object.freeze(list.storageKeys);
    }
    this.kept.delete(first);
    this.kept.set(first, list);
    if (this.bytes > this.mostBytes) this.forget();
  }

  private forget(): void {
    for (const [first, oldest] of this.kept) {
      this.kept.delete(first);
      this.bytes -= bytesOf(oldest);
      if (this.bytes <= this.mostBytes) return;
    }
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, i) => key === other[i]);
}

/** Two bytes for each character, which is what one beyond Latin-1 takes. */
function bytesOf({ keys, storageKeys }: BulkList): number {
  let bytes = 0;
  for (const name of [...keys, ...storageKeys]) bytes += STRING_BYTES + 2 * name.length;
  return bytes;
}
