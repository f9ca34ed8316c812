import { runJob } from '../measure/job.mjs';

const READERS = {
  get: [
    'layered-loader, reference',
    'cache-manager, reference',
    'bentocache, reference',
    'bentocache, copy',
    'cacheable, copy',
    'ours, copy',
    'ours, frozen',
    'ours, reference',
  ],
  getSync: ['lru-cache, reference', 'layered-loader, reference', 'ours, copy', 'ours, frozen', 'ours, reference'],
  getOrLoad: [
    'layered-loader, reference',
    'cache-manager, reference',
    'async-cache-dedupe, reference',
    'bentocache, reference',
    'bentocache, copy',
    'cacheable, copy',
    'ours, copy',
    'ours, frozen',
    'ours, reference',
  ],
};
const PATTERNS = { 'hot key': 1, '10,000 keys, zipf': 10_000 };

function experiment(read, pattern, size, insideRequest = false) {
  return {
    table: `in process: ${read}`,
    column: `${pattern}, ${size}${insideRequest ? ', inside AsyncLocalStorage.run' : ''}`,
    unit: 'ns',
    long: size !== '200 B',
    run: ({ inProcess: pace }) =>
      runJob('in-process.mjs', { contenders: READERS[read], read, keys: PATTERNS[pattern], size, insideRequest, pace }),
  };
}

export const inProcess = Object.keys(READERS).flatMap((read) => [
  ...Object.keys(PATTERNS).flatMap((pattern) => ['200 B', '5 KB'].map((size) => experiment(read, pattern, size))),
  experiment(read, 'hot key', '200 B', true),
]);
