import type { ReadResult } from './backend.js';
import { Hit } from './hits.js';
import { Miss } from './miss.js';

/**
 * What was found, unless it carries not all of the tags that its caller names: the list of them has changed in code.
 */
export function carrying<V>(found: ReadResult<V>, named: readonly string[]): ReadResult<V> {
  if (named.length === 0 || !(found instanceof Hit)) return found;
  const { tags = [] } = found as Hit<V>;
  return named.every((tag) => tags.includes(tag)) ? found : new Miss('other-tags', found.generation);
}
