// One operation on caches of several sizes, by turns.
import { LRUCache } from 'lru-cache';
import { fill, generationsOf, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { MASK, uniform, zipf } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';
import { race } from '../measure/race.mjs';

const { contender, operation, pattern, sizes, pace } = spec;
const TURNS = { zipf, uniform };

await answer(async () => {
  const entrants = [];
  for (const size of sizes) {
    const entries = keysOf(size).map((key, i) => [key, SIZES['200 B'](i)]);
    const step = contender === 'ours' ? await ofOurs(entries) : ofLruCache(entries);
    const turns = TURNS[pattern](size);
    entrants.push({ name: `${size} keys`, run: (count) => timed(step, entries, turns, count) });
  }
  return race(entrants, pace);
});

function timed(step, entries, turns, count) {
  return timedSlice(async () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await step(entries[turns[i & MASK]]);
    return sum;
  }, count);
}

async function ofOurs(entries) {
  const app = await openApplication({}, [{ namespace: 'bench', isolation: 'frozen', maxEntries: 2 * entries.length }]);
  const cache = app.cache('bench');
  if (operation !== 'set') await fill(cache, entries);
  const keys = entries.map(([key]) => key);
  const observed =
    operation === 'set' ? new Map((await generationsOf(cache, keys)).map((one, i) => [keys[i], one])) : undefined;
  return {
    get: async ([key]) => (await cache.get(key)).id,
    set: async ([key, value]) =>
      (await cache.setWithGen(key, value, observed.get(key))) === 'stored' ? 1 : Number.NaN,
    invalidate: async ([key]) => ((await cache.invalidate(key)) === undefined ? 1 : 0),
  }[operation];
}

function ofLruCache(entries) {
  const cache = new LRUCache({ max: 2 * entries.length });
  for (const [key, value] of entries) cache.set(key, value);
  return ([key]) => cache.get(key).id;
}
