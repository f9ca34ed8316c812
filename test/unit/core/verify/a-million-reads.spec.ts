import { describe, expect, it } from '@jest/globals';
import { settled } from '../../../support/core/manual-timers.js';
import { MEMORY } from '../../../support/core/topologies.js';

const READS = 1_000_000;
const KEYS = 100;
/** Between two writes. A writer invalidates so many reads after its commit, while hits differ from the source. */
const TURN = 500;
const LATE = 40;
const SAMPLE = 0.001;

/** A source, and a service that reads a key after another, and writes one now and then. */
function service(sample = SAMPLE) {
  const rows = new Map(Array.from({ length: KEYS }, (_, n) => [`row ${n}`, { version: 0 }]));
  const { cache, timers, events } = MEMORY.rig({ verify: { sample, delay: '1s' }, maxEntries: KEYS });
  const load = (key: string) => () => ({ ...(rows.get(key) as { version: number }) });
  const commit = (key: string): void => {
    (rows.get(key) as { version: number }).version++;
  };
  /** @param writer what a write of the key does after its commit */
  const serve = async (reads: number, writer: (key: string) => Promise<void> | undefined): Promise<void> => {
    for (let n = 0; n < reads; n++) {
      const written = `row ${Math.floor(n / TURN) % KEYS}`;
      if (n % TURN === 0) commit(written);
      if (n % TURN === LATE) await writer(written);
      const key = `row ${(n * 7) % KEYS}`;
      await cache.getOrLoad(key, load(key));
      // A second passes with each turn, so that all that was picked is looked at again.
      if (n % TURN === TURN - 1) {
        timers.advance(1_000);
        for (let tick = 0; tick < 10; tick++) await settled();
      }
    }
  };
  return { cache, events, serve };
}

describe('of a million reads', () => {
  it('none is called stale, where each writer invalidates, however long after its commit', async () => {
    const { cache, events, serve } = service();
    await serve(READS, (key) => cache.invalidate(key));
    expect(events.of('mismatch')).toEqual([]);
    const { checked, mismatches } = cache.stats().verified;
    // One in a thousand is picked, at random.
    expect(checked).toBeGreaterThan((READS * SAMPLE) / 2);
    expect(mismatches).toBe(0);
  });

  it('a writer that forgets one row is found', async () => {
    const { cache, events, serve } = service(SAMPLE * 20);
    await serve(READS / 5, (key) => (key === 'row 7' ? undefined : cache.invalidate(key)));
    const found = events.of('mismatch');
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(['row 7']));
    expect(found[0]?.paths).toEqual(['$.version']);
  });
});
