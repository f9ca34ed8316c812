// A decorated method, and the getOrLoad that one would write in its place, against the fastest loading cache by hand.
import { layeredLoader } from '../caches/in-process/layered-loader.mjs';
import { CasCached, fill, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { hot } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

await answer(async () => {
  const keys = keysOf(1);
  const value = SIZES['200 B'](1);

  class Repository {
    async find() {
      return value;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Repository.prototype, 'find');
  CasCached({ key: (id) => id })(Repository.prototype, 'find', descriptor);
  Object.defineProperty(Repository.prototype, 'find', descriptor);

  const app = await openApplication({}, [{ namespace: 'bench', isolation: spec.isolation }], [Repository]);
  const cache = app.cache('bench');
  const repository = app.provided(Repository);
  await fill(cache, [[keys[0], value]]);
  const load = async () => value;
  const peer = await layeredLoader.open({ entries: [[keys[0], value]], capacity: 2, ttlMs: 600_000, load });
  const turns = hot();
  const entrant = async (name, read) => {
    const { awaited } = await import(`../measure/loops.mjs?for=${encodeURIComponent(name)}`);
    const run = (count) => timedSlice(() => awaited(read, keys, turns, count), count);
    return { name, run };
  };
  const results = await race(
    [
      await entrant('layered-loader, reference', (key) => peer.get(key)),
      await entrant('getOrLoad', (key) => cache.getOrLoad(key, load)),
      await entrant('@CasCached', (key) => repository.find(key)),
    ],
    spec.pace,
  );
  const { misses } = cache.stats();
  if (misses.absent > 0) throw new Error('a hit was none');
  await app.close();
  return results;
});
