import type { Log } from '../protocol.js';

interface Acknowledged {
  readonly version: number;
  readonly at: number;
}

/**
 * The reads that returned a version older than the newest whose write, with its invalidation, had been acknowledged
 * before the read began. Times are those of one clock, so it does not matter which process saw what; a tie is no stale
 * read.
 */
export function staleReads(readers: readonly Pick<Log, 'reads'>[], writers: readonly Pick<Log, 'writes'>[]): number {
  const floors = floorsByRow(writers);
  let count = 0;
  for (const { reads } of readers) {
    reads.row.forEach((row, i) => {
      const [version, begun] = [reads.version[i] as number, reads.begun[i] as number];
      const newer = floors.get(row)?.find((floor) => floor.version > version);
      if (newer !== undefined && newer.at < begun) count++;
    });
  }
  return count;
}

/** Of each row the acknowledgements that were of a newer version than all before them, in their order. */
function floorsByRow(writers: readonly Pick<Log, 'writes'>[]): Map<number, Acknowledged[]> {
  const rows = new Map<number, Acknowledged[]>();
  for (const { writes } of writers) {
    writes.row.forEach((row, i) => {
      const acknowledged = { version: writes.version[i] as number, at: writes.acknowledged[i] as number };
      const known = rows.get(row);
      if (known === undefined) rows.set(row, [acknowledged]);
      else known.push(acknowledged);
    });
  }
  for (const [row, all] of rows) {
    let newest = 0;
    const raising = all.toSorted((a, b) => a.at - b.at).filter(({ version }) => version > newest && (newest = version));
    rows.set(row, raising);
  }
  return rows;
}
