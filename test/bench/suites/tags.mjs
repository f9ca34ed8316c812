import { runJob } from '../measure/job.mjs';
import { withRedis } from '../measure/redis.mjs';

const MOVED = { 'nothing moved': 0, '1,000 other tags moved': 1_000 };

const hits = Object.entries(MOVED).flatMap(([column, moved]) => [
  {
    table: 'tags: hit in process, frozen',
    column,
    unit: 'ns',
    run: ({ pair: pace }) => runJob('tagged-hits.mjs', { moved, pace }),
  },
  {
    table: 'tags: hit on Redis',
    column,
    unit: 'ns',
    run: ({ redis: pace }) => withRedis((url) => runJob('tagged-hits.mjs', { url, moved, pace })),
  },
]);

const writes = {
  table: 'tags: invalidate on Redis',
  column: 'sequential',
  unit: 'ns',
  run: ({ redis: pace }) => withRedis((url) => runJob('tagged-writes.mjs', { url, pace })),
};

/** What a process pays that hears of other tags: once for all of its readers. */
const catchUps = {
  table: 'tags: the first read after others moved, on Redis',
  column: 'sequential',
  unit: 'ns',
  run: ({ redis: pace }) =>
    withRedis((url) => runJob('tagged-catch-ups.mjs', { url, moves: [0, 1, 100, 1_000], pace })),
};

const clears = Object.entries({ "tags: 'everywhere'": 'everywhere', 'no tags': false }).map(([column, kind]) => ({
  table: 'tags: clear on Redis',
  column,
  unit: 'ns',
  run: ({ clearedKeys: sizes, clears: rounds }) =>
    withRedis((url) => runJob('tagged-clears.mjs', { url, tags: kind, sizes, rounds })),
}));

export const tags = [...hits, writes, catchUps, ...clears];
