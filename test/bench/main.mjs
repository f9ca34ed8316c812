// Runs under the Node of the contenders; run.mjs starts it.
import { writeFileSync } from 'node:fs';
import { PROFILES } from './suites/profiles.mjs';
import { EXPERIMENTS, PACES } from './suites/all.mjs';
import { circumstances } from './report/about.mjs';
import { sentence, writeDocuments } from './report/document.mjs';
import { printed, printedProfile } from './report/tables.mjs';
import { judge, targetTable } from './report/targets.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');
const texts = options.only.map((text) => text.toLowerCase());
const wanted = ({ title, long }) =>
  (texts.length === 0 || texts.some((text) => title.toLowerCase().includes(text))) && !(options.quick && long === true);
const chosen = (options.profile ? PROFILES : EXPERIMENTS).filter(wanted);
const pace = options.quick ? PACES.quick : PACES.full;
const about = circumstances(options.command);

if (chosen.length === 0) throw new Error(`No title has "${options.only.join('" or "')}" in it; --list prints them.`);
if (options.list) for (const { title } of chosen) console.log(title);
else await (options.profile ? profile() : run());

async function run() {
  const results = [];
  for (const { run: measure, ...experiment } of chosen) {
    const result = { ...experiment, rows: await measure(pace) };
    results.push(result);
    console.log(`${printed(result)}\n`);
  }
  const judged = judge(results);
  const here = about();
  const measured = judged.filter((one) => one.measured !== undefined);
  if (measured.length > 0 && !options.quick) console.log(`${targetTable(measured)}\n`);
  console.log(sentence(here));
  if (options.quick) console.log('A quick run, without the larger values: its times mean nothing.');
  save({ about: here, results, targets: judged });
  if (options.write) await writeDocuments(results, judged, here);
}

async function profile() {
  const results = [];
  for (const { run: measure, title } of chosen) {
    const result = { title, ...(await measure(pace)) };
    results.push(result);
    console.log(`${printedProfile(result)}\n`);
  }
  const here = about();
  console.log(sentence(here));
  save({ about: here, results });
}

function save(everything) {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(everything, null, 2)}\n`);
}
