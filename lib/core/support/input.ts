import { MAX_GENERATION } from '../../contracts/generation-store.js';
import type { Generation } from '../../contracts/generation-store.js';
import { CasDuplicateKeyError, CasGenerationError, CasMissingGenerationError, CasValueError } from '../../errors.js';
import { assertKey } from '../../keys/assert-key.js';
import { isPending } from '../../common/attempt.js';

/** One key, or several. What is neither is one that `assertKey` refuses. */
export function listOf(keys: string | readonly string[]): readonly string[] {
  return typeof keys === 'object' && keys !== null ? keys : [keys];
}

/** The keys without duplicates, in the order of their first mention. @throws CasKeyError */
export function distinctKeys(keys: readonly string[], namespace: string): string[] {
  for (const key of keys) assertKey(key, namespace);
  const distinct = new Set(keys);
  return distinct.size === keys.length ? keys.slice() : [...distinct];
}

/** @throws CasValueError */
export function assertValue(value: unknown, namespace: string, key: string): void {
  if (value === undefined) {
    throw new CasValueError('undefined means "not cached" and cannot be cached: store null instead.', {
      namespace,
      key,
    });
  }
  if (isPending(value)) throw new CasValueError('A promise cannot be cached: await it first.', { namespace, key });
}

/** @throws CasGenerationError */
export function assertGeneration(observed: Generation, namespace: string, key: string): void {
  if (Number.isSafeInteger(observed) && observed >= 0 && observed <= MAX_GENERATION) return;
  const message = 'The observed generation is none that a store issues: hand over what snapshotGen() answered.';
  throw new CasGenerationError(message, { namespace, key });
}

/** @throws CasDuplicateKeyError, CasMissingGenerationError, naming the keys in `keys` */
function assertComplete(keys: readonly string[], observed: ReadonlyMap<string, Generation>, namespace: string): void {
  const seen = new Set<string>();
  const duplicates = keys.filter((key) => seen.size === seen.add(key).size);
  if (duplicates.length > 0) {
    const message = `${duplicates.length} key(s) are in the items twice; they are in \`keys\`. Keep one item for each.`;
    throw new CasDuplicateKeyError(duplicates, message, { namespace });
  }
  const missing = keys.filter((key) => !observed.has(key));
  if (missing.length > 0) {
    const message = `${missing.length} key(s) have no observed generation; they are in \`keys\`. Take snapshotGens() of every key before loading.`;
    throw new CasMissingGenerationError(missing, message, { namespace });
  }
}

/**
 * The items of a bulk fill, each with the generation that it was loaded under.
 *
 * @throws CasKeyError, CasDuplicateKeyError, CasMissingGenerationError, CasValueError, CasGenerationError
 */
export function checkedItems<V>(
  items: Iterable<readonly [string, V]>,
  observed: ReadonlyMap<string, Generation>,
  namespace: string,
): { readonly key: string; readonly value: V; readonly observed: Generation }[] {
  const entries = [...items];
  const keys = entries.map(([key]) => key);
  for (const key of keys) assertKey(key, namespace);
  assertComplete(keys, observed, namespace);
  return entries.map(([key, value]) => {
    const generation = observed.get(key) as Generation;
    assertValue(value, namespace, key);
    assertGeneration(generation, namespace, key);
    return { key, value, observed: generation };
  });
}
