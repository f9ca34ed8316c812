// Hits of entries that carry tags, against hits of a namespace that has none. In process, and on Redis.
import { openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { oneByOne, timedSlice } from '../measure/slices.mjs';
import { hot } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

await answer(async () => {
  const { url, moved, pace } = spec;
  const [key] = keysOf(1);
  const value = SIZES['200 B'](1);
  const redis = url === undefined ? {} : { redis: url, topology: 'redis' };
  const opened = [];
  const entrants = [];
  for (const count of [undefined, 0, 1, 8]) {
    const namespace = `bench${count ?? ''}`;
    const app = await openApplication(redis, [{ namespace, isolation: 'frozen', tags: count !== undefined }]);
    opened.push(app);
    const cache = app.cache(namespace);
    const tags = Array.from({ length: count ?? 0 }, (_, n) => `tag ${n}`);
    await cache.getOrLoad(key, () => value, count === undefined ? undefined : { tags });
    if (count !== undefined && moved > 0) {
      // Of other tags, so that each entry lives, and is older than the clock.
      await cache.invalidateTags(Array.from({ length: moved }, (_, n) => `other ${n}`));
    }
    const name = count === undefined ? 'ours, no tags' : `ours, ${count} tag${count === 1 ? '' : 's'}`;
    entrants.push({ name, run: url === undefined ? await inProcess(cache, key, name) : onRedis(cache, key) });
  }
  const results = await race(entrants, pace);
  await Promise.all(opened.map((app) => app.close()));
  return results;
});

async function inProcess(cache, key, name) {
  const { awaited } = await import(`../measure/loops.mjs?for=${encodeURIComponent(name)}`);
  const turns = hot();
  return (count) => timedSlice(() => awaited((one) => cache.get(one), [key], turns, count), count);
}

function onRedis(cache, key) {
  return (calls) =>
    oneByOne(async () => {
      if ((await cache.get(key)) === undefined) throw new Error('a hit was a miss');
      return 1;
    }, calls);
}
