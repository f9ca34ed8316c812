import { runJob } from '../measure/job.mjs';
import { withRedis } from '../measure/redis.mjs';
import { SIZES } from '../measure/values.mjs';

const BASELINE = 'lru-cache, reference';
const HEAP = [
  BASELINE,
  'layered-loader, reference',
  'cache-manager, reference',
  'async-cache-dedupe, reference',
  'bentocache, reference',
  'ours, reference',
];

/** Rows of bytes, each set against the first. */
function rows(measured) {
  const [[, baseline]] = measured;
  return measured.map(([name, perOp]) => {
    const ratio = perOp / baseline;
    return { name, perOp, ratio: { median: ratio, low: ratio, high: ratio } };
  });
}

const heapPerKey = {
  table: 'memory: heap in process, beyond key and value',
  column: 'a key',
  unit: 'bytes',
  run: async ({ memoryKeys }) => {
    const measured = [];
    for (const contender of HEAP) {
      measured.push([contender, await runJob('heap.mjs', { contender, keys: memoryKeys })]);
    }
    return rows(measured);
  },
};

const heapPerGeneration = {
  table: 'memory: heap in process of a generation without a value',
  column: 'a key',
  unit: 'bytes',
  run: async ({ memoryKeys }) =>
    rows([
      [BASELINE, await runJob('heap.mjs', { contender: BASELINE, keys: memoryKeys })],
      ['ours, generation', await runJob('heap.mjs', { contender: 'generation', keys: memoryKeys })],
    ]),
};

const inRedis = Object.keys(SIZES).map((size) => ({
  table: 'memory: an entry in Redis',
  column: size,
  unit: 'bytes',
  run: ({ redisKeys: keys }) => withRedis(async (url) => rows(await runJob('memory-usage.mjs', { url, size, keys }))),
}));

export const memory = [heapPerKey, heapPerGeneration, ...inRedis];
