// Some contenders in one process of their own, reading by turns.
import { AsyncLocalStorage } from 'node:async_hooks';
import { IN_PROCESS } from '../caches/in-process/all.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { hot, zipf } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

const TTL_MS = 600_000;
const requests = new AsyncLocalStorage();

await answer(async () => {
  const { contenders, read, keys: keyCount, size, insideRequest, pace } = spec;
  const keys = keysOf(keyCount);
  const values = new Map(keys.map((key, i) => [key, SIZES[size](i)]));
  const setting = { entries: [...values], capacity: 2 * keyCount, ttlMs: TTL_MS, load: async (key) => values.get(key) };
  const turns = keyCount === 1 ? hot() : zipf(keyCount);
  const entrants = [];
  const opened = [];
  for (const name of contenders) {
    const cache = await (await IN_PROCESS[name]()).open(setting);
    opened.push(cache);
    entrants.push(await entrant(name, cache, typeof read === 'string' ? read : read[name], keys, turns, insideRequest));
  }
  const results = await race(entrants, pace);
  await Promise.all(opened.map((cache) => cache.close()));
  return results;
});

async function entrant(name, cache, way, keys, turns, insideRequest) {
  if (cache[way] === undefined) throw new Error(`${name} has no ${way}`);
  const { atOnce, awaited } = await import(`../measure/loops.mjs?for=${encodeURIComponent(name)}`);
  const loop = way === 'getSync' ? atOnce : awaited;
  const slice = (count) => loop(cache[way], keys, turns, count);
  const run = (count) =>
    timedSlice(() => (insideRequest ? requests.run({ id: 1 }, slice, count) : slice(count)), count);
  return { name, run };
}
