/** What a replica is told. */
export type Order =
  /** So many callers ask for the key, at once. */
  | { readonly ask: string; readonly callers: number }
  /** The loader of the key, which waits for that, returns this. */
  | { readonly finish: string; readonly value: string };

/** What a replica tells. */
export type News =
  | { readonly ready: true }
  /** All callers have found that the key is not there. */
  | { readonly missed: string }
  /** The loader of the key was called. */
  | { readonly loading: string }
  /** What each of the callers got. */
  | { readonly values: readonly string[]; readonly of: string };
