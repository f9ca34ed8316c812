import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../../../docs/benchmarks.md', import.meta.url));
const BEGIN = '<!-- begin: written by `npm run bench:stale -- --write` -->';
const END = '<!-- end: bench:stale -->';

/** Puts the text between its markers in docs/benchmarks.md. The rest of the page stays. */
export function writeDocs(text: string): void {
  const page = readFileSync(FILE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} lacks the markers ${BEGIN} and ${END}.`);
  writeFileSync(FILE, `${page.slice(0, begin)}${BEGIN}\n\n${text}\n\n${page.slice(end)}`);
}
