// `npm run check:api` compares the public API with what stands beside this file; `npm run update:api` writes it anew.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publicApi } from './public-api.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const kept = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => [file.slice(0, -'.txt'.length), readFileSync(`${FOLDER}${file}`, 'utf8')]),
);
const current = publicApi(ROOT);

if (process.argv.includes('--update')) {
  for (const name of kept.keys()) if (!current.has(name)) rmSync(`${FOLDER}${name}.txt`);
  for (const [name, text] of current) writeFileSync(`${FOLDER}${name}.txt`, text);
  console.log(`${current.size} entries written to .ci/api`);
} else {
  const changed = [...new Set([...kept.keys(), ...current.keys()])].filter(
    (name) => kept.get(name) !== current.get(name),
  );
  for (const name of changed) {
    const [before, after] = [kept, current].map((api) => new Set((api.get(name) ?? '').split('\n')));
    console.error(`.ci/api/${name}.txt`);
    for (const line of before) if (!after.has(line)) console.error(`- ${line}`);
    for (const line of after) if (!before.has(line)) console.error(`+ ${line}`);
  }
  if (changed.length > 0) {
    console.error('The public API changed. If that is meant, run `npm run update:api` and commit what it writes.');
    process.exitCode = 1;
  } else {
    console.log(`${current.size} entries, as in .ci/api`);
  }
}
