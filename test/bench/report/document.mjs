import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { chart } from './chart.mjs';
import { pivots } from './tables.mjs';
import { targetTable } from './targets.mjs';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const FILE = `${DOCS}benchmarks.md`;
const BEGIN = '<!-- begin: written by `npm run bench -- --write` -->';
const END = '<!-- end -->';

/** Puts the tables between the markers of docs/benchmarks.md, and the chart beside it. The rest of the page stays. */
export async function writeDocuments(results, judged, about) {
  const page = readFileSync(FILE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${FILE} lacks the markers ${BEGIN} and ${END}.`);
  const tables = pivots(results.filter(({ table }) => table !== 'pair alone'));
  const body = [
    BEGIN,
    sentence(about),
    '![Hits of every contender as bars](benchmarks.svg)',
    '### Targets',
    targetTable(judged),
    ...tables.flatMap(({ name, markdown }) => [`### ${name[0].toUpperCase()}${name.slice(1)}`, markdown]),
    '',
  ].join('\n\n');
  const written = page.slice(0, begin) + body.trimEnd() + `\n\n${page.slice(end)}`;
  writeFileSync(FILE, await format(written, { ...(await resolveConfig(FILE)), filepath: FILE }));
  writeFileSync(`${DOCS}benchmarks.svg`, chart(results, sentence(about)));
}

export function sentence({ date, node, cpus, load, command }) {
  return `${date}, Node ${node}, ${cpus} CPUs, load average ${load.join(' to ')}: \`${command}\``;
}
