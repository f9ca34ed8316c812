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

export const tags = [...hits, writes];
