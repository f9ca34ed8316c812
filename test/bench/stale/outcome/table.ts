import { BASELINE, CONTENDERS } from '../contenders.js';
import type { Outcome } from './outcome.js';
import { ratio, SHARES } from './outcome.js';

const HEADS = [
  '',
  'requests',
  'hit rate',
  'p50',
  'p95',
  'p99',
  'p50, p99 to cache-aside',
  'database reads',
  'stale reads',
] as const;

/** In Markdown, for the terminal as well. */
export function table(outcomes: readonly Outcome[]): string {
  const baseline = outcomes.find(({ contender }) => contender === BASELINE);
  const rows = [HEADS, ...outcomes.map((outcome) => cells(outcome, baseline))];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const padded = (cell: string, column: number): string => {
    const width = widths[column] as number;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  const line = (row: readonly string[]): string => `| ${row.map(padded).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(HEADS), line(rule), ...rows.slice(1).map(line)].join('\n');
}

function cells(outcome: Outcome, baseline: Outcome | undefined): string[] {
  const { contender, reads, writes, selects, stale, took } = outcome;
  return [
    CONTENDERS[contender],
    whole(reads + writes),
    hitRate(outcome),
    ...SHARES.map((share) => milliseconds(took[share])),
    baseline === undefined
      ? ''
      : `${ratio(outcome, baseline, 0.5).toFixed(2)}, ${ratio(outcome, baseline, 0.99).toFixed(2)}`,
    whole(selects),
    whole(stale),
  ];
}

/** Of reads that the database was not asked for. */
export function hitRate({ reads, selects }: Outcome): string {
  return `${((100 * (reads - selects)) / reads).toFixed(1)} %`;
}

export function milliseconds(microseconds: number): string {
  return `${(microseconds / 1e3).toFixed(2)} ms`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}
