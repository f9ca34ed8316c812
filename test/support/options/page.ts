import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the page says of two options in one namespace. */
export interface Pair {
  readonly options: readonly [string, string];
  readonly verdict: string;
  /** What holds, or what the error at start-up says. */
  readonly says: string;
}

const PAGE = fileURLToPath(new URL('../../../docs/options-together.md', import.meta.url));

/** The rows of the table of docs/options-together.md, in their order. */
export function pairsOfPage(): readonly Pair[] {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  return rows
    .slice(1)
    .map(([one = '', other = '', verdict = '', says = '']) => ({ options: [one, other], verdict, says }));
}
