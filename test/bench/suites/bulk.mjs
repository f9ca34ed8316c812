import { raceOnRedis } from '../measure/redis.mjs';

const CONTENDERS = [
  'ioredis',
  'ours, redis',
  'ours, redis, no bulk entries',
  'ours, redis, tags',
  'ours, near',
  'ours, tiered',
];

export const bulk = [32, 256].flatMap((keys) =>
  ['200 B', '5 KB'].map((size) => ({
    table: 'bulk: getBulk against one MGET',
    column: `${keys} of ${size}`,
    unit: 'p50',
    long: size !== '200 B',
    run: ({ redis: pace }) => raceOnRedis(CONTENDERS, { operation: 'bulk', size, keys, lanes: 1 }, pace),
  })),
);
