/** How much the later part of a series may be above the earlier one. */
export interface Bound {
  readonly what: string;
  readonly unit: string;
  readonly growth: number;
}

/**
 * What has to stay flat. Caches hold a few rows each here, so that whatever grows by more is kept by mistake.
 *
 * - `heap`: of a process of the application after a collection. Its code is still being compiled for some minutes.
 * - `handles`: sockets, pipes and the like that keep a process alive. A reconnect is under way now and then.
 * - `connections`: what CLIENT LIST names on the servers, beside those of the laboratory.
 * - `memory`: `used_memory` of the servers. Entries expire after a minute, and the replication backlog takes a
 *   megabyte.
 */
export const BOUNDS = {
  heap: { what: 'heap after a collection', unit: 'MB', growth: 8 },
  handles: { what: 'active handles', unit: '', growth: 8 },
  connections: { what: 'connections', unit: '', growth: 6 },
  memory: { what: 'used_memory', unit: 'MB', growth: 4 },
} as const satisfies Record<string, Bound>;

/** Less than this many samples show nothing. */
export const LEAST_SAMPLES = 8;

export interface Growth {
  readonly from: number;
  readonly to: number;
}

/**
 * The medians of the second and of the last quarter: the first is left out, in which a process warms up. A median,
 * because faults make single samples odd.
 *
 * @returns undefined when there are too few samples
 */
export function growthOf(samples: readonly number[]): Growth | undefined {
  if (samples.length < LEAST_SAMPLES) return undefined;
  const quarter = Math.floor(samples.length / 4);
  return { from: median(samples.slice(quarter, 2 * quarter)), to: median(samples.slice(-quarter)) };
}

export function exceeds({ from, to }: Growth, { growth }: Bound): boolean {
  return to - from > growth;
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper = 0, lower = 0] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 0 ? (lower + upper) / 2 : upper;
}
