import { valueOf } from '../stores/hits.js';
import type { Hit } from '../stores/hits.js';
import { Miss } from '../stores/miss.js';
import type { Reporter } from '../support/reporter.js';

/** What was found of many keys, told to the hooks, and as the caller is given it: in the order of the request. */
export function bulkAnswer<V>(
  asked: readonly string[],
  found: readonly (V | Hit<V> | Miss)[],
  reporter: Reporter,
): { values: Map<string, V>; missing: string[] } {
  const values = new Map<string, V>();
  const missing: string[] = [];
  found.forEach((value, i) => {
    const key = asked[i] as string;
    if (value instanceof Miss) {
      reporter.miss(key, value.reason);
      missing.push(key);
    } else {
      reporter.hit(key, true);
      values.set(key, valueOf(value) as V);
    }
  });
  return { values, missing };
}
