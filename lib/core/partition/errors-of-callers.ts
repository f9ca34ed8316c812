import { CasCacheError, CasDuplicateKeyError, CasMissingGenerationError } from '../../errors.js';
import { CasIntentUnavailableError, CasInvalidateError } from '../../write-errors.js';
import type { Partition } from './partition.js';

/** An error may reach several callers that share a load, and is turned once. */
const turned = new WeakSet<object>();

/** Lets an error of the cache name the keys that the caller gave. Other errors are left as they are. */
export function nameOwnKeys(error: unknown, { own }: Partition, namespace: string): unknown {
  if (!(error instanceof CasCacheError) || error.namespace !== namespace || turned.has(error)) return error;
  turned.add(error);
  if (error.key !== undefined) put(error, 'key', own(error.key));
  if (error instanceof CasInvalidateError || error instanceof CasIntentUnavailableError) {
    put(error, 'failures', new Map([...error.failures].map(([key, cause]) => [own(key), cause])));
  }
  if (error instanceof CasInvalidateError) {
    put(error, 'failedTags', new Map([...error.failedTags].map(([tag, cause]) => [own(tag), cause])));
  }
  if (error instanceof CasDuplicateKeyError || error instanceof CasMissingGenerationError) {
    put(error, 'keys', error.keys.map(own));
  }
  return error;
}

function put(error: CasCacheError, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, enumerable: true, writable: true });
}
