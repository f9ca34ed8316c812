// Where the time of a hit in process goes.
import { IN_PROCESS } from '../caches/in-process/all.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { atOnce, awaited } from '../measure/loops.mjs';
import { profiled } from '../measure/profile.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { hot } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

await answer(async () => {
  const keys = keysOf(1);
  const value = SIZES['200 B'](1);
  const cache = await (
    await IN_PROCESS[spec.contender]()
  ).open({
    entries: [[keys[0], value]],
    capacity: 10,
    ttlMs: 600_000,
    load: async () => value,
  });
  const loop = spec.read === 'getSync' ? atOnce : awaited;
  const turns = hot();
  const slice = (count) => timedSlice(() => loop(cache[spec.read], keys, turns, count), count);
  await slice(spec.count);
  const profile = await profiled(slice, spec.count);
  await cache.close();
  return profile;
});
