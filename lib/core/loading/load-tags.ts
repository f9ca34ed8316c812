import { MAX_TAGS } from '../../contracts/tag-store.js';
import type { TagClock, TagStamp } from '../../contracts/tag-store.js';
import { assertTagCount, distinctTags } from '../../keys/assert-tag.js';

/** What the values of one load are stamped with, in a namespace with tags. */
export class LoadTags {
  private readonly common: Set<string>;
  private isSealed = false;
  private readonly byKey = new Map<string, readonly string[]>();

  /**
   * @param tags that its caller names
   * @param clock that the caller saw before the loader is called. `undefined`: it has to be taken
   * @param isAsked whether the namespace has the option here, so that the loader may name more
   */
  constructor(
    private readonly namespace: string,
    tags: readonly string[],
    public clock: TagClock | undefined,
    readonly isAsked: boolean,
  ) {
    this.common = new Set(tags);
  }

  /** All that is loaded carries them. @throws CasTagError */
  add(tags: readonly string[]): void {
    for (const tag of distinctTags(tags, this.namespace)) this.common.add(tag);
    assertTagCount(this.common, this.namespace);
  }

  /** What is loaded is about to be stored: a caller that joins from now on comes too late to add a tag. */
  seal(): void {
    this.isSealed = true;
  }

  /** As `add`, for a caller that joins. `false`: there is no room for so many, or no time, and nothing was added. */
  addOf(tags: readonly string[]): boolean {
    if (this.isSealed) return tags.every((tag) => this.common.has(tag));
    const all = new Set([...this.common, ...tags]);
    if (all.size > MAX_TAGS) return false;
    for (const tag of tags) this.common.add(tag);
    return true;
  }

  /** The value of one key carries them, besides. @throws CasTagError */
  addTo(key: string, tags: string | readonly string[]): void {
    const all = new Set([...this.common, ...distinctTags(tags, this.namespace)]);
    assertTagCount(all, this.namespace);
    this.byKey.set(key, [...all]);
  }

  /** As far as the tags are known by now. `undefined`: there is no clock to be had, so that nothing can be stored. */
  stampOf(key: string): TagStamp | undefined {
    const { clock } = this;
    if (clock === undefined) return undefined;
    return { era: clock.era, seq: clock.seq, tags: this.byKey.get(key) ?? [...this.common] };
  }
}
