// `npm run test:interleaving`: the whole search, on all cores, then every broken variant. Takes minutes.
//   --seed <n>      of what is drawn; printed, so that a run can be repeated
//   --only <text>   of the tasks that have it in their name
import { parseArgs } from 'node:util';

import { count, print } from '../support/interleaving/report.js';
import { searches } from '../support/interleaving/full/searches.js';
import { Summary } from '../support/interleaving/full/summary.js';
import { trials } from '../support/interleaving/full/trials.js';
import { shareOut } from '../support/interleaving/full/workers.js';

const { values } = parseArgs({ options: { seed: { type: 'string' }, only: { type: 'string', default: '' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000_007);
const tasks = [...searches(seed), ...trials()];
const wanted = tasks.flatMap(({ name, isHeavy }, number) => (name.includes(values.only) ? [{ number, isHeavy }] : []));
const order = [...wanted.filter(({ isHeavy }) => isHeavy), ...wanted.filter(({ isHeavy }) => !isHeavy)];
process.stdout.write(`${count(wanted.length)} tasks, --seed ${seed}\n`);

const begun = performance.now();
const summary = new Summary(tasks.map(({ name }) => name));
await shareOut(
  order.map(({ number }) => number),
  seed,
  (word) => summary.add(word),
);
for (const { title, rows } of summary.tables()) print(title, rows);
process.stdout.write(`\n${summary.line((performance.now() - begun) / 1_000)}\n`);
process.exitCode = summary.isClean ? 0 : 1;
