// Runs under the Node of the contenders; run.mjs starts it.
import { writeFileSync } from 'node:fs';
import { PROFILES } from './suites/profiles.mjs';
import { EXPERIMENTS, PACES } from './suites/all.mjs';
import { circumstances } from './report/about.mjs';
import { sentence, writeDocuments } from './report/document.mjs';
import { printed } from './report/tables.mjs';
import { judge, targetTable } from './report/targets.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');
const wanted = ({ title, long }) =>
  title.toLowerCase().includes(options.only.toLowerCase()) && !(options.quick && long === true);
const chosen = (options.profile ? PROFILES : EXPERIMENTS).filter(wanted);
const pace = options.quick ? PACES.quick : PACES.full;
const about = circumstances(options.command);

if (chosen.length === 0) throw new Error(`No title has "${options.only}" in it; --list prints them.`);
if (options.list) for (const { title } of chosen) console.log(title);
else await run();

async function run() {
  const results = [];
  for (const { run: measure, ...experiment } of chosen) {
    const result = { ...experiment, rows: await measure(pace) };
    results.push(result);
    console.log(`${options.profile ? profile(result) : printed(result)}\n`);
  }
  const judged = judge(results);
  const here = about();
  const measured = judged.filter((one) => one.measured !== undefined);
  if (measured.length > 0) console.log(`${targetTable(measured)}\n`);
  console.log(sentence(here));
  if (options.quick) console.log('A quick run, without the larger values: its times mean nothing.');
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ about: here, results, targets: judged }, null, 2)}\n`);
  }
  if (options.write && !options.profile) writeDocuments(results, judged, here);
}

function profile({ title, rows }) {
  return [title, ...rows.map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)].join('\n');
}
