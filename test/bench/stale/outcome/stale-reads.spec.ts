import { describe, expect, it } from '@jest/globals';
import type { Log } from '../protocol.js';
import { staleReads } from './stale-reads.js';

function read(row: number, version: number, begun: number): Pick<Log, 'reads'> {
  return { reads: { row: [row], version: [version], begun: [begun], took: [1] } };
}

/** The writer had told the cache of `version` at `acknowledged`. */
function write(row: number, version: number, acknowledged: number): Pick<Log, 'writes'> {
  return { writes: { row: [row], version: [version], acknowledged: [acknowledged] } };
}

describe('a stale read', () => {
  it('returns less than what was acknowledged, in any process, before it began', () => {
    expect(staleReads([read(7, 1, 150)], [write(7, 2, 100)])).toBe(1);
    expect(staleReads([read(7, 2, 150)], [write(7, 2, 100)])).toBe(0);
  });

  it('is not one that began before the acknowledgement, or with it', () => {
    expect(staleReads([read(7, 1, 99), read(7, 1, 100)], [write(7, 2, 100)])).toBe(0);
  });

  it('is judged by the newest version, in whatever order writers heard of theirs', () => {
    const writers = [write(7, 2, 120), write(7, 3, 100)];
    expect(staleReads([read(7, 2, 110)], writers)).toBe(1);
    expect(staleReads([read(7, 2, 130)], writers)).toBe(1);
    expect(staleReads([read(7, 3, 130)], writers)).toBe(0);
  });

  it('is older than any of the versions that it should have known', () => {
    expect(staleReads([read(7, 1, 150)], [write(7, 2, 100), write(7, 3, 200)])).toBe(1);
  });

  it('has nothing to do with writes of other rows', () => {
    expect(staleReads([read(7, 1, 150)], [write(8, 2, 100)])).toBe(0);
  });
});
