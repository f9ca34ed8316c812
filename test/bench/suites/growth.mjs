import { runJob } from '../measure/job.mjs';
import { raceOnRedisOfSizes } from '../measure/redis.mjs';

const TABLE = 'growth';
const HEAP_MB = ['--max-old-space-size=6144'];
/** Below that, what a process holds anyway is more than its keys. */
const FEWEST_WEIGHED = 10_000;

function inProcess(contender, operation, pattern, column) {
  return {
    table: TABLE,
    column,
    unit: 'ns',
    run: async ({ growth: pace, growthKeys, growthBase }) => {
      const sizes = compared(growthKeys, growthBase);
      return ascending(await runJob('growth.mjs', { contender, operation, pattern, sizes, pace }, HEAP_MB));
    },
  };
}

const heap = {
  table: TABLE,
  column: 'heap in process',
  unit: 'bytes',
  run: async ({ growthKeys, growthBase }) => {
    const measured = [];
    for (const keys of growthKeys.filter((size) => size >= FEWEST_WEIGHED)) {
      measured.push({ keys, perOp: await runJob('heap.mjs', { contender: 'ours, reference', keys }, HEAP_MB) });
    }
    const base = measured.find(({ keys }) => keys === growthBase).perOp;
    return measured.map(({ keys, perOp }) => {
      const ratio = perOp / base;
      return { name: `${keys} keys`, perOp, ratio: { median: ratio, low: ratio, high: ratio } };
    });
  },
};

const onRedis = ['hit', 'set', 'invalidate'].map((operation) => ({
  table: TABLE,
  column: `${operation} on Redis, keys at random`,
  unit: 'p50',
  run: async ({ redis: pace, growthKeys, growthBase }) =>
    ascending(await raceOnRedisOfSizes(operation, compared(growthKeys, growthBase), pace)),
}));

const PATTERNS = { zipf: 'zipf', uniform: 'keys at random' };

export const growth = [
  ...['ours', 'lru-cache'].flatMap((contender) =>
    Object.entries(PATTERNS).map(([pattern, name]) =>
      inProcess(
        contender,
        'get',
        pattern,
        `get ${contender === 'ours' ? 'in process' : 'of a raw lru-cache'}, ${name}`,
      ),
    ),
  ),
  ...['set', 'invalidate'].map((operation) =>
    inProcess('ours', operation, 'uniform', `${operation} in process, keys at random`),
  ),
  heap,
  ...onRedis,
];

/** The first is what the others are compared with. */
function compared(sizes, base) {
  return [base, ...sizes.filter((size) => size !== base)];
}

function ascending(rows) {
  return rows.toSorted((a, b) => Number.parseInt(a.name, 10) - Number.parseInt(b.name, 10));
}
