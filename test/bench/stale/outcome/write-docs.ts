import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../../../docs/benchmarks.md', import.meta.url);
const BEGIN = '<!-- bench:stale -->';
const END = '<!-- /bench:stale -->';

/** Puts the text between its markers in docs/benchmarks.md, or at its end when they are not there yet. */
export function writeDocs(text: string): void {
  const page = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Benchmarks\n';
  const block = `${BEGIN}\n\n${text}\n\n${END}`;
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  const isThere = from >= 0 && to > from;
  const written = isThere
    ? page.slice(0, from) + block + page.slice(to + END.length)
    : `${page}\n## Stale reads\n\n${block}\n`;
  writeFileSync(FILE, written);
}
