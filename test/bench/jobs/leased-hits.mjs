// Hits that a read lease stands for, against hits of a cache that is in one process altogether.
import { fill, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { untilHolding } from '../measure/leases.mjs';
import { race } from '../measure/race.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { hot } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

await answer(async () => {
  const { url, isolation, pace } = spec;
  const keys = keysOf(1);
  const value = SIZES['200 B'](1);
  const turns = hot();
  const applications = [
    ['ours, memory', {}, {}],
    ['ours, near', { redis: url, topology: 'near' }, { readLease: true }],
    ['ours, tiered', { redis: url, topology: 'tiered' }, { readLease: true }],
  ];
  const opened = [];
  const entrants = [];
  for (const [name, options, own] of applications) {
    const app = await openApplication(options, [{ namespace: 'bench', isolation, ...own }]);
    const cache = app.cache('bench');
    await fill(cache, [[keys[0], value]]);
    if (own.readLease) await untilHolding(cache);
    opened.push({ app, cache });
    const { awaited } = await import(`../measure/loops.mjs?for=${encodeURIComponent(name)}`);
    const slice = (count) => awaited((key) => cache.get(key), keys, turns, count);
    entrants.push({ name, run: (count) => timedSlice(() => slice(count), count) });
  }
  const results = await race(entrants, pace);
  for (const { cache } of opened.slice(1)) {
    const { hits, readLeases } = cache.stats();
    // The first after the fill asks, and one in each ten seconds.
    if (hits - readLeases.hits > 10 + hits / 100)
      throw new Error(`a lease stood for ${readLeases.hits} of ${hits} hits only`);
  }
  await Promise.all(opened.map(({ app }) => app.close()));
  return results;
});
