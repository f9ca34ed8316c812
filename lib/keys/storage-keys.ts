import { bulkDigest } from './bulk-digest.js';
import { hashTag } from './hash-tag.js';

// The only place that builds storage keys. Nothing here validates: see assert-key.ts.

/** What the storage keys of a namespace's single entries begin with. */
export function singlePrefix(namespace: string): string {
  return `single:${namespace}:`;
}

/** What the storage keys of a namespace's bulk entries begin with. */
export function bulkPrefix(namespace: string): string {
  return `bulk:${namespace}:`;
}

/** Where the value of a key is: `single:<namespace>:<key>`. */
export function singleKey(namespace: string, key: string): string {
  return `single:${namespace}:${key}`;
}

/** Where the values of a set of keys are: `bulk:<namespace>:<digest>`. Order and duplicates make no difference. */
export function bulkKey(namespace: string, keys: readonly string[]): string {
  return `bulk:${namespace}:${bulkDigest(keys)}`;
}

/**
 * Where the generation of a value is in Redis. Cluster puts a key into the slot of its hash tag (what stands between
 * the first `{` and the first `}` after it, if that is not empty), else of the whole key. Value and generation share a
 * slot wherever a name can make them:
 *
 * | the value's key `V`, after the client's prefix | name | what both hash |
 * |---|---|---|
 * | has no `}`, so is hashed whole | `gen:{V}` | `V` |
 * | has a tag `T` | `gen:{T}:V` | `T` |
 * | has a `}` but no tag, so is hashed whole | `gen:{}:V` | nothing in common: no tag can contain a `}` |
 *
 * `clientPrefix` is what the client puts before every key (ioredis `keyPrefix`). Since it is hashed too, it belongs
 * into the first form's braces; the name itself is given without it, ready for that client. A prefix with a tag decides
 * the slot of every key, and a prefix with any other `{` leaves no common slot: with both, the names are those without
 * a prefix.
 *
 * @param storageKey `single:<namespace>:<key>`
 */
export function generationKey(storageKey: string, clientPrefix = ''): string {
  return `gen:${besideValue(storageKey, clientPrefix)}`;
}

/**
 * Where in Redis the load lease of a value stands, for all replicas: in the slot of the generation, under a name that
 * no value and no generation begins with.
 *
 * @param storageKey `single:<namespace>:<key>`
 */
export function leaseKey(storageKey: string, clientPrefix = ''): string {
  return `load:${besideValue(storageKey, clientPrefix)}`;
}

/** The storage key that a generation belongs to; `undefined` for a name that {@link generationKey} does not make. */
export function storageKeyOf(generation: string, clientPrefix = ''): string | undefined {
  const close = generation.indexOf('}');
  // Only the first form ends with its first `}`: in the others the storage key follows.
  const storageKey =
    close === generation.length - 1
      ? generation.slice('gen:{'.length + hashedPrefix(clientPrefix).length, close)
      : generation.slice(close + '}:'.length);
  return generationKey(storageKey, clientPrefix) === generation ? storageKey : undefined;
}

/** What follows the first word of a name that shares the slot of a value, where any can. */
function besideValue(storageKey: string, clientPrefix: string): string {
  const hashed = hashedPrefix(clientPrefix) + storageKey;
  if (!hashed.includes('}')) return `{${hashed}}`;
  return `{${hashTag(hashed) ?? ''}}:${storageKey}`;
}

/** The part of the client's prefix that is hashed together with a storage key. */
function hashedPrefix(clientPrefix: string): string {
  return clientPrefix.includes('{') ? '' : clientPrefix;
}
