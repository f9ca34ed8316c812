import { singleKey, singlePrefix } from '../../../lib/keys/storage-keys.js';

/** The namespace of every program. A world begins empty, so one name is enough. */
export const NAMESPACE = 'race';

const PREFIX = singlePrefix(NAMESPACE);

export function storageKey(key: string): string {
  return singleKey(NAMESPACE, key);
}

/** The callers' key, of a storage key or as a view of the namespace has it. */
export function userKey(key: string): string {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
}
