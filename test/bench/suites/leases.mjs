import { runJob } from '../measure/job.mjs';
import { withRedis } from '../measure/redis.mjs';

const hits = ['frozen', 'reference'].map((isolation) => ({
  table: 'read leases: hit',
  column: isolation,
  unit: 'ns',
  run: ({ pair: pace }) => withRedis((url) => runJob('leased-hits.mjs', { url, isolation, pace })),
}));

const invalidations = {
  table: 'read leases: invalidate',
  column: 'sequential',
  unit: 'ns',
  run: ({ redis: pace }) => withRedis((url) => runJob('leased-invalidations.mjs', { url, holders: [1, 10], pace })),
};

export const leases = [...hits, invalidations];
