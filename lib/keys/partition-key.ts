import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { MAX_TAG_BYTES } from '../contracts/tag-store.js';
import { CasKeyError } from '../errors.js';
import { MAX_KEY_BYTES, isWellFormed } from './assert-key.js';
import { redactKey } from './redact-key.js';

/** A partition and a key, and what they are together: the key that the stores, the events and the logs have. */
export interface PartitionedKey {
  readonly partition: string;
  readonly key: string;
}

/** A UTF-16 unit becomes at most three bytes. What is shorter needs no counting. */
const SURELY_SHORT = MAX_KEY_BYTES / 3;
const SURELY_A_TAG = MAX_TAG_BYTES / 3;

/**
 * What the keys of a partition begin with: `4:acme:`. With its length in front, no two pairs of partition and key make
 * one text, whatever is in either.
 */
export function partitionPrefix(partition: string): string {
  return `${partition.length}:${partition}:`;
}

/**
 * The partition and the key that the caller gave, of a key as events, errors at the end of a transaction and Redis have
 * it; `undefined` for a key that was never in a partition. For the keys of a namespace with `partition` only: others
 * may look so.
 */
export function splitPartitionKey(key: string): PartitionedKey | undefined {
  const [digits] = /^[1-9]\d{0,5}:/.exec(key) ?? [];
  if (digits === undefined) return undefined;
  const end = digits.length + Number.parseInt(digits, 10);
  if (key[end] !== ':' || key.length === end + 1) return undefined;
  return { partition: key.slice(digits.length, end), key: key.slice(end + 1) };
}

/**
 * The tag that all entries of a partition carry by their keys, without naming it: what they begin with, or its hash
 * where that is too long for a tag. None that a caller names is the same: those have at least one character behind it,
 * and begin with a digit.
 *
 * @param prefix what the keys of the partition begin with
 */
export function partitionTag(prefix: string): string {
  if (prefix.length <= SURELY_A_TAG || Buffer.byteLength(prefix) <= MAX_TAG_BYTES) return prefix;
  return `#${hash('sha256', prefix, 'hex')}`;
}

/** As `partitionTag`, of the partition that the key is in; `undefined` where it is in none. */
export function partitionTagOf(key: string): string | undefined {
  const own = splitPartitionKey(key)?.key;
  return own === undefined ? undefined : partitionTag(key.slice(0, key.length - own.length));
}

/**
 * Refuses what is no partition: a text of at least one character, without lone surrogates.
 *
 * @throws CasKeyError
 */
export function assertPartition(partition: unknown, namespace: string): asserts partition is string {
  const context = { namespace };
  if (typeof partition !== 'string' || partition === '') {
    const given = partition === '' ? 'an empty text' : partition === null ? 'null' : `of type ${typeof partition}`;
    throw new CasKeyError(
      `The namespace "${namespace}" has partitions, and the one of this call is missing: it is ${given}. Run the call where \`partition\` finds it (in a request, say), or use cache.in('…').`,
      context,
    );
  }
  if (!isWellFormed(partition)) {
    throw new CasKeyError(`A partition of "${namespace}" has a lone surrogate: clean it with toWellFormed().`, context);
  }
}

/** @throws CasKeyError saying what takes how much of the limit */
export function assertRoomFor(prefix: string, key: string, namespace: string): void {
  if (prefix.length + key.length <= SURELY_SHORT) return;
  const [taken, bytes] = [Buffer.byteLength(prefix), Buffer.byteLength(key)];
  if (taken + bytes <= MAX_KEY_BYTES) return;
  const blame =
    taken >= MAX_KEY_BYTES
      ? 'The partition alone is too long'
      : `The key ${redactKey(key)} is too long in its partition`;
  throw new CasKeyError(
    `${blame}: the partition takes ${taken} bytes of UTF-8 and the key ${bytes}, together at most ${MAX_KEY_BYTES}. Shorten the longer one, with hashKey() for instance.`,
    { namespace, key },
  );
}
