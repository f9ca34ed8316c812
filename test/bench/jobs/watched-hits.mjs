// What hooks, metrics and traces cost a hit, against a cache without a listener.
import { CasCacheMetrics } from '../../../dist/esm/metrics/index.js';
import { CasCacheTelemetry } from '../../../dist/esm/otel/index.js';
import { fill, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { oneByOne, timedSlice } from '../measure/slices.mjs';
import { hot } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

const counting = { hits: 0, events: ['hit'], onEvent: () => void counting.hits++ };

const WATCHERS = {
  'nobody listens': [],
  'a hook that counts hits': [counting],
  CasCacheMetrics: [new CasCacheMetrics()],
  'CasCacheTelemetry, no SDK': [new CasCacheTelemetry()],
};

await answer(async () => {
  const { url, pace } = spec;
  const keys = keysOf(1);
  const value = SIZES['200 B'](1);
  const redis = url === undefined ? {} : { redis: url, topology: 'redis' };
  const opened = [];
  const entrants = [];
  for (const [name, hooks] of Object.entries(WATCHERS)) {
    const namespace = `bench${opened.length}`;
    const app = await openApplication({ ...redis, hooks }, [{ namespace, isolation: 'frozen' }]);
    opened.push(app);
    const cache = app.cache(namespace);
    await fill(cache, [[keys[0], value]]);
    entrants.push({ name, run: url === undefined ? await inProcess(cache, keys, name) : onRedis(cache, keys) });
  }
  const results = await race(entrants, pace);
  await Promise.all(opened.map((app) => app.close()));
  return results;
});

async function inProcess(cache, keys, name) {
  const { awaited } = await import(`../measure/loops.mjs?for=${encodeURIComponent(name)}`);
  const turns = hot();
  return (count) => timedSlice(() => awaited((key) => cache.get(key), keys, turns, count), count);
}

function onRedis(cache, [key]) {
  return (calls) =>
    oneByOne(async () => {
      if ((await cache.get(key)) === undefined) throw new Error('a hit was a miss');
      return 1;
    }, calls);
}
