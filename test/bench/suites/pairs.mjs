import { runJob } from '../measure/job.mjs';

/** Two alone in a process: what the targets in process are judged by. */
function pair(column, baseline, subject, read) {
  return {
    table: 'pair alone',
    column,
    unit: 'ns',
    run: ({ pair: pace }) =>
      runJob('in-process.mjs', { contenders: [baseline, subject], read, keys: 1, size: '200 B', pace }),
  };
}

export const pairs = [
  pair('get, frozen', 'layered-loader, reference', 'ours, frozen', 'get'),
  pair('get, reference', 'layered-loader, reference', 'ours, reference', 'get'),
  pair('get, copy of 200 B', 'cache-manager, reference', 'ours, copy', 'get'),
  pair('getSync, frozen', 'lru-cache, reference', 'ours, frozen', 'getSync'),
];
