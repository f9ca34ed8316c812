import { Buffer } from 'node:buffer';
import { MAX_TAG_BYTES, MAX_TAGS } from '../contracts/tag-store.js';
import { CasTagError } from '../errors.js';
import { isWellFormed } from './assert-key.js';
import { redactKey } from './redact-key.js';

/** A UTF-16 unit becomes at most three bytes. A shorter tag needs no counting. */
const SURELY_SHORT = Math.floor(MAX_TAG_BYTES / 3);

/**
 * Refuses what is no tag: a string of 1 to 512 bytes of UTF-8 without lone surrogates, two of which would share bytes.
 *
 * @param room bytes that something in front of it takes already
 * @throws CasTagError
 */
export function assertTag(tag: unknown, namespace: string, room = 0): asserts tag is string {
  if (typeof tag === 'string' && tag.length > 0 && tag.length + room <= SURELY_SHORT && isWellFormed(tag)) return;
  const refuse = (why: string): never => {
    throw new CasTagError(why, { namespace });
  };
  if (typeof tag !== 'string') {
    refuse(
      `A tag of namespace "${namespace}" is a string, and this is ${tag === null ? 'null' : `of type ${typeof tag}`}.`,
    );
    return;
  }
  if (tag === '') refuse(`A tag of namespace "${namespace}" cannot be empty: use at least one character.`);
  if (!isWellFormed(tag)) {
    refuse(`The tag ${redactKey(tag)} of "${namespace}" has a lone surrogate: clean it with toWellFormed().`);
  }
  if (Buffer.byteLength(tag) + room > MAX_TAG_BYTES) {
    refuse(
      `The tag ${redactKey(tag)} of "${namespace}" is too long: at most ${MAX_TAG_BYTES} bytes of UTF-8${room > 0 ? `, of which its partition takes ${room}` : ''}. Shorten it with hashKey().`,
    );
  }
}

/**
 * The tags without duplicates, in the order of their first mention.
 *
 * @throws CasTagError
 */
export function distinctTags(tags: string | readonly string[], namespace: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(tags) ? tags : [tags];
  for (const tag of list) assertTag(tag, namespace);
  return list.length < 2 ? (list as readonly string[]) : [...new Set(list as readonly string[])];
}

/** @throws CasTagError where one entry would carry more than may be */
export function assertTagCount(tags: ReadonlySet<string>, namespace: string): void {
  if (tags.size <= MAX_TAGS) return;
  throw new CasTagError(
    `A value of "${namespace}" has ${tags.size} tags, and ${MAX_TAGS} are the most: tag it by what its parts have in common.`,
    { namespace },
  );
}
