/**
 * Loads a package of test/bench/package.json. Its types are not looked at, because the library's own install does not
 * bring it: `T` says what is used of it.
 */
export async function peer<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}
