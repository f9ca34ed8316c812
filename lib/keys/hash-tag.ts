/**
 * What Redis Cluster hashes instead of the key: the text between the first `{` and the first `}` after it. `undefined`
 * where there is no such text, or it is empty: then the whole key is hashed.
 */
export function hashTag(key: string): string | undefined {
  const open = key.indexOf('{');
  if (open === -1) return undefined;
  const close = key.indexOf('}', open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : undefined;
}

/**
 * Whether a value and its generation are in one Cluster slot, so that one command or script may touch both. Both keys
 * are given as the client takes them, without the prefix that it adds.
 */
export function sharesSlot(clientPrefix: string, valueKey: string, generationKey: string): boolean {
  const value = clientPrefix + valueKey;
  const generation = clientPrefix + generationKey;
  return (hashTag(value) ?? value) === (hashTag(generation) ?? generation);
}
