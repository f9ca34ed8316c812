// How long `clear` takes its caller, by how many entries there are. Each clear has a cache that was filled for it, and
// the clock stands while it is filled, and while what has ended is removed behind it.
import { Redis } from 'ioredis';
import { openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { median, spread } from '../measure/statistics.mjs';
import { keysOf } from '../measure/values.mjs';

const CHUNK = 1_000;
/** The clock and the rows of tags, the marker of the server, and whatever else is no entry. */
const REST = 10;

await answer(async () => {
  const { url, tags, sizes, rounds } = spec;
  const app = await openApplication({ redis: url, topology: 'redis' }, [{ namespace: 'bench', tags, timeout: '10s' }]);
  const cache = app.cache('bench');
  const client = new Redis(url);
  const samples = new Map(sizes.map((size) => [size, []]));
  // The first of each size is for the compiler.
  for (let round = -1; round < rounds; round++) {
    for (const size of sizes) {
      await fill(cache, keysOf(size));
      const begin = performance.now();
      await cache.clear();
      const took = (performance.now() - begin) * 1e6;
      if (round >= 0) samples.get(size).push(took);
      while ((await client.dbsize()) > REST) await new Promise(setImmediate);
    }
  }
  await client.quit();
  await app.close();
  const base = samples.get(sizes[0]);
  return sizes.map((size) => ({
    name: `${size} entries`,
    perOp: median(samples.get(size)),
    ratio: spread(samples.get(size).map((took, round) => took / base[round])),
  }));
});

async function fill(cache, keys) {
  for (let at = 0; at < keys.length; at += CHUNK) {
    const chunk = keys.slice(at, at + CHUNK);
    const observed = await cache.snapshotGens(chunk);
    const { outcome } = await cache.setBulkWithGens(
      chunk.map((key) => [key, key]),
      observed,
    );
    if (outcome !== 'stored') throw new Error(`a fill was ${outcome}`);
  }
}
