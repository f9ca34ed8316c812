import { runJob } from '../measure/job.mjs';

export const decorator = ['frozen', 'copy'].map((isolation) => ({
  table: 'decorator: hit in process',
  column: isolation,
  unit: 'ns',
  run: ({ pair: pace }) => runJob('decorator.mjs', { isolation, pace }),
}));
