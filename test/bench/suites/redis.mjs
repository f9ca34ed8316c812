import { raceOnRedis } from '../measure/redis.mjs';
import { WAYS } from '../measure/ways.mjs';

const KEYS = 1_000;
const LANES = { sequential: 1, '8 concurrent': 8, '64 concurrent': 64 };

const OURS = ['ours, redis', 'ours, near', 'ours, tiered'];
const PEERS = ['cache-manager', 'cacheable', 'bentocache', 'layered-loader'];

/** Who takes part in what. The hand-written commands are the baseline. */
const OPERATIONS = [
  { operation: 'hit', contenders: [...OURS, ...PEERS, 'async-cache-dedupe'], lanes: Object.keys(LANES) },
  { operation: 'miss and fill, new key', contenders: [...OURS, ...PEERS, 'async-cache-dedupe'] },
  { operation: 'miss and fill, invalidated key', contenders: OURS },
  { operation: 'set', contenders: [...OURS, ...PEERS] },
  { operation: 'invalidate', contenders: [...OURS, ...PEERS, 'async-cache-dedupe'] },
];
const DEFAULT_LANES = ['sequential', '64 concurrent'];
const SIZELESS = new Set(['invalidate']);

function experiment({ operation, contenders }, size, lanes) {
  return {
    table: `on Redis: ${operation}`,
    column: `${size}, ${lanes}`,
    unit: lanes === 'sequential' ? 'p50' : 'rate',
    long: size !== '200 B',
    run: ({ redis: pace }) =>
      raceOnRedis(['ioredis', ...contenders], { operation, size, keys: KEYS, lanes: LANES[lanes] }, pace),
  };
}

/**
 * Values of this process, each hit proven by a round trip, against the bytes of the value making that trip themselves.
 */
const nearAgainstBytes = ['200 B', '5 KB'].map((size) => ({
  table: 'on Redis: near hit against getBuffer without decoding',
  column: `${size}, 64 concurrent`,
  unit: 'rate',
  run: ({ redis: pace }) =>
    raceOnRedis(
      ['ioredis, bytes only', 'ours, near', 'ours, near, frozen', 'ours, tiered'],
      { operation: 'hit', size, keys: KEYS, lanes: 64 },
      pace,
    ),
}));

/** The same commands where a round trip takes longer than on one machine, or more than sending them. */
const byWays = ['hit', 'set', 'invalidate'].flatMap((operation) =>
  (operation === 'hit' ? ['sequential', '64 concurrent'] : ['sequential']).flatMap((lanes) =>
    Object.keys(WAYS).map((way) => ({
      table: `Redis by distance: ${operation}, ${lanes}`,
      column: way,
      unit: lanes === 'sequential' ? 'p50' : 'rate',
      // Each way is gone once in a quick run.
      long: operation !== 'hit' || lanes !== 'sequential',
      run: ({ redis: pace }) =>
        raceOnRedis(['ioredis', ...OURS], { operation, size: '200 B', keys: KEYS, lanes: LANES[lanes], way }, pace),
    })),
  ),
);

export const onRedis = [
  ...OPERATIONS.flatMap((one) =>
    (SIZELESS.has(one.operation) ? ['200 B'] : ['200 B', '5 KB']).flatMap((size) =>
      (one.lanes ?? DEFAULT_LANES).map((lanes) => experiment(one, size, lanes)),
    ),
  ),
  ...nearAgainstBytes,
  ...byWays,
];
