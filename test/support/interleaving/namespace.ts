import { singleKey } from '../../../lib/keys/storage-keys.js';

/** The namespace of every program. A world begins empty, so one name is enough. */
export const NAMESPACE = 'race';

export function storageKey(key: string): string {
  return singleKey(NAMESPACE, key);
}
