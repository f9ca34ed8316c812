import { Buffer } from 'node:buffer';
import type { Explanation, TagsExplanation } from '../explain/explanation.js';
import { assertKey } from '../../keys/assert-key.js';
import { assertTag } from '../../keys/assert-tag.js';
import { assertRoomFor, partitionPrefix } from '../../keys/partition-key.js';

/** One partition: the way from the keys of its callers to those of the cache, and back. */
export class Partition {
  /** What all its keys begin with in the cache. */
  readonly prefix: string;

  /** @param name checked */
  constructor(
    readonly name: string,
    private readonly namespace: string,
  ) {
    this.prefix = partitionPrefix(name);
  }

  /** @throws CasKeyError */
  frame(key: string): string {
    assertKey(key, this.namespace);
    assertRoomFor(this.prefix, key, this.namespace);
    return this.prefix + key;
  }

  /**
   * As `frame`, of what a loader answers. What is no text is no key, and is refused where all answers of loaders are.
   */
  framedIfText(key: string): string {
    return typeof key === 'string' ? this.prefix + key : key;
  }

  /** @throws CasKeyError */
  frameAll(keys: readonly string[]): string[] {
    return keys.map((key) => this.frame(key));
  }

  /** @throws CasTagError */
  frameTags(tags: string | readonly string[]): string[] {
    const room = Buffer.byteLength(this.prefix);
    return (Array.isArray(tags) ? (tags as readonly unknown[]) : [tags]).map((tag) => {
      assertTag(tag, this.namespace, room);
      return this.prefix + tag;
    });
  }

  /** The key, or the tag, that the caller gave. */
  readonly own = (key: string): string => (key.startsWith(this.prefix) ? key.slice(this.prefix.length) : key);

  /** What was found of a key, as its caller names it and its tags. */
  explained<V>(found: Explanation<V>): Explanation<V> {
    const copies = found.copies.map((copy) => ({
      ...copy,
      tags: copy.tags?.map(({ tag, state }) => ({ tag: this.own(tag), state })),
    }));
    const history = found.history?.map((record) =>
      record.type === 'invalidate-tags' ? { ...record, tags: record.tags.map(this.own) } : record,
    );
    return { ...found, key: this.own(found.key), partition: this.name, copies, history };
  }

  explainedTags(found: TagsExplanation): TagsExplanation {
    return { ...found, tags: found.tags.map((each) => ({ ...each, tag: this.own(each.tag) })) };
  }

  /** An answer by key, under the keys that the caller gave, in its order. */
  byOwn<T>(answer: ReadonlyMap<string, T>): Map<string, T> {
    return new Map([...answer].map(([key, value]) => [this.own(key), value]));
  }
}
