/**
 * For how long a snapshot, and a bump, is promised to stay: so long may a load take to fill what it took the snapshot
 * for. In milliseconds; of stores that say nothing else.
 */
export const FILL_DEADLINE_MS = 60_000;
