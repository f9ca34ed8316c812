// The heap that one contender takes for each key. Keys and values are held anyway, by whoever uses the cache.
import { IN_PROCESS } from '../caches/in-process/all.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

const TTL_MS = 600_000;
const WARM_UP = 1_000;

await answer(async () => {
  const values = new Map(keysOf(spec.keys).map((key, i) => [key, SIZES['200 B'](i)]));
  const entries = [...values];
  // What is there once, whatever the number of keys, is not part of the price of one.
  const begun = await filled(entries.slice(0, WARM_UP), values);
  const before = heap();
  const whole = await filled(entries, values);
  const after = heap();
  await Promise.all([begun.close(), whole.close()]);
  return (after - before) / entries.length;
});

async function filled(entries, values) {
  if (spec.contender === 'generation') return generations(entries.map(([key]) => key));
  const load = async (key) => values.get(key);
  const contender = await IN_PROCESS[spec.contender]();
  return contender.open({ entries, capacity: spec.keys, ttlMs: TTL_MS, load });
}

async function generations(keys) {
  const { generationsOf, openApplication } = await import('../caches/ours.mjs');
  const app = await openApplication({}, [{ namespace: 'bench', maxEntries: spec.keys }]);
  await generationsOf(app.cache('bench'), keys);
  return app;
}

function heap() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
