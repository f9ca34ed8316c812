import { bulkDigest } from './bulk-digest.js';
import { hashTag } from './hash-tag.js';

// The only place that builds storage keys. Nothing here validates: see assert-key.ts.

/** What the storage keys of a namespace's single entries begin with, or those of one version of its values. */
export function singlePrefix(namespace: string, valueVersion?: string): string {
  return `single:${namespace}${suffix(valueVersion)}:`;
}

/** What the storage keys of a namespace's bulk entries begin with, or those of one version of its values. */
export function bulkPrefix(namespace: string, valueVersion?: string): string {
  return `bulk:${namespace}${suffix(valueVersion)}:`;
}

function suffix(valueVersion: string | undefined): string {
  return valueVersion === undefined ? '' : `@${valueVersion}`;
}

/** What the storage keys of all versions begin with, given what those without a version do. */
export function everyVersion(prefix: string): readonly string[] {
  return [prefix, `${prefix.slice(0, -1)}@`];
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
 * @param storageKey `single:<namespace>:<key>`, or `single:<namespace>@<version>:<key>`: all versions have one
 *   generation
 */
export function generationKey(storageKey: string, clientPrefix = ''): string {
  return `gen:${besideValue(unversionedKey(storageKey), clientPrefix)}`;
}

/**
 * Where a value is in Redis. One without a version is under its storage key. A version's name is made so that it shares
 * the slot of the generation as the other does: `single:<namespace>@<version>:{V}` where the generation is `gen:{V}`.
 *
 * @param storageKey `single:<namespace>:<key>` or `single:<namespace>@<version>:<key>`
 */
export function valueKey(storageKey: string, clientPrefix = ''): string {
  const plain = unversionedKey(storageKey);
  if (plain === storageKey) return storageKey;
  return headOf(storageKey, plain) + besideValue(plain, clientPrefix);
}

/**
 * Where in Redis the load lease of a value stands, for all replicas that have that version of it: in the slot of the
 * generation, under a name that no value and no generation begins with.
 *
 * @param storageKey `single:<namespace>:<key>` or `single:<namespace>@<version>:<key>`
 */
export function leaseKey(storageKey: string, clientPrefix = ''): string {
  const plain = unversionedKey(storageKey);
  if (plain === storageKey) return `load:${besideValue(storageKey, clientPrefix)}`;
  return `load:${headOf(storageKey, plain).slice('single:'.length)}${besideValue(plain, clientPrefix)}`;
}

/**
 * The storage key by which all versions of a value have one generation: without the version. A key that has none is
 * answered as it is.
 */
export function unversionedKey(storageKey: string): string {
  const at = storageKey.indexOf('@');
  if (at === -1 || !storageKey.startsWith('single:')) return storageKey;
  const end = storageKey.indexOf(':', 'single:'.length);
  return at < end ? storageKey.slice(0, at) + storageKey.slice(end) : storageKey;
}

/** `single:<namespace>@<version>:` */
function headOf(storageKey: string, plain: string): string {
  const end = plain.indexOf(':', 'single:'.length);
  return storageKey.slice(0, end + 1 + storageKey.length - plain.length);
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

/**
 * Where the clock of a namespace's tags is in Redis: `clock:{<namespace>}`. What was invalidated is beside it, under
 * {@link tagTableKey}, and both are in one slot: what they hash is the same, and is what the client's prefix and the
 * namespace are together, or where the prefix has a brace what that leaves of it.
 */
export function tagClockKey(namespace: string, clientPrefix = ''): string {
  return `clock:${besideTags(namespace, clientPrefix)}`;
}

export function tagTableKey(namespace: string, clientPrefix = ''): string {
  return `tags:${besideTags(namespace, clientPrefix)}`;
}

/** Whether {@link tagClockKey} or {@link tagTableKey} makes the name, for some namespace. */
export function isTagKey(name: string, clientPrefix = ''): boolean {
  const [, namespace] = /^(?:clock|tags):\{(.*)\}$/s.exec(name) ?? [];
  if (namespace === undefined) return false;
  const hashed = besideTags('', clientPrefix).slice(1, -1);
  return namespace.startsWith(hashed) && /^[A-Za-z0-9._-]+$/.test(namespace.slice(hashed.length));
}

/** A namespace has no braces. */
function besideTags(namespace: string, clientPrefix: string): string {
  const hashed = hashedPrefix(clientPrefix);
  return hashed.includes('}') ? `{${namespace}}` : `{${hashed}${namespace}}`;
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
