import { describe, expect, it } from '@jest/globals';
import type { Log } from '../protocol.js';
import { staleReads } from './stale-reads.js';

type Seen = Pick<Log, 'reads' | 'writes'>;

/** One process that began to read `row` at `begun` and got `version`. */
function read(row: number, version: number, begun: number): Seen {
  const reads = { row: [row], version: [version], begun: [begun], took: [1] };
  return { reads, writes: { row: [], version: [], acknowledged: [] } };
}

/** One process that wrote `version`, and had told the cache by `acknowledged`. */
function write(row: number, version: number, acknowledged: number): Seen {
  const reads = { row: [], version: [], begun: [], took: [] };
  return { reads, writes: { row: [row], version: [version], acknowledged: [acknowledged] } };
}

describe('a stale read', () => {
  it('returns less than what was acknowledged, in any process, before it began', () => {
    expect(staleReads([write(7, 2, 100), read(7, 1, 150)])).toEqual({ count: 1, longest: 50 });
    expect(staleReads([write(7, 2, 100), read(7, 2, 150)]).count).toBe(0);
  });

  it('is not one that began before the acknowledgement, or with it', () => {
    expect(staleReads([write(7, 2, 100), read(7, 1, 99)]).count).toBe(0);
    expect(staleReads([write(7, 2, 100), read(7, 1, 100)]).count).toBe(0);
  });

  it('is judged by the newest version, in whatever order writers heard of theirs', () => {
    const seen = [write(7, 3, 100), write(7, 2, 120), read(7, 2, 110), read(7, 3, 130)];
    expect(staleReads(seen)).toEqual({ count: 1, longest: 10 });
  });

  it('counts from the first version that it should have known', () => {
    expect(staleReads([write(7, 2, 100), write(7, 3, 200), read(7, 1, 250)]).longest).toBe(150);
  });

  it('has nothing to do with writes of other rows', () => {
    expect(staleReads([write(8, 2, 100), read(7, 1, 150)]).count).toBe(0);
  });
});
