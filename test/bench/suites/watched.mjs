import { runJob } from '../measure/job.mjs';
import { withRedis } from '../measure/redis.mjs';

export const watched = [
  {
    table: 'watched: hit in process, frozen',
    column: 'hot key',
    unit: 'ns',
    run: ({ pair: pace }) => runJob('watched-hits.mjs', { pace }),
  },
  {
    table: 'watched: hit on Redis',
    column: 'sequential',
    unit: 'ns',
    run: ({ redis: pace }) => withRedis((url) => runJob('watched-hits.mjs', { url, pace })),
  },
];
