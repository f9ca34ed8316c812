/**
 * A record with an entry for each of the names. Where the type wanted has a name that the list lacks, it does not
 * compile: so whatever is kept by the names of a closed list is complete.
 */
export function recordOf<const N extends string, T>(names: readonly N[], make: (name: N) => T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, T>;
}
