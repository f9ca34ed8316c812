import { BASELINE, CONTENDERS } from '../contenders.js';
import type { Outcome } from './outcome.js';
import { quantile } from './outcome.js';

const HEADS = [
  '',
  'requests',
  'hit rate',
  'p50',
  'p95',
  'p99',
  'p50 and p99 to cache-aside',
  'database reads',
  'stale reads',
  'stale for up to',
] as const;

/** In Markdown, for the terminal as well. */
export function table(outcomes: readonly Outcome[]): string {
  const baseline = outcomes.find(({ contender }) => contender === BASELINE);
  const rows = [HEADS, ...outcomes.map((outcome) => cells(outcome, baseline))];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(HEADS), rule, ...rows.slice(1).map(line)].join('\n');
}

function cells(outcome: Outcome, baseline: Outcome | undefined): string[] {
  const { contender, reads, writes, selects, stale, staleFor, took } = outcome;
  const at = (share: number): string => milliseconds(quantile(took, share));
  const ratios = baseline === undefined ? '' : `${ratio(outcome, baseline, 0.5)} and ${ratio(outcome, baseline, 0.99)}`;
  return [
    CONTENDERS[contender],
    whole(reads + writes),
    `${((100 * (reads - selects)) / reads).toFixed(1)} %`,
    at(0.5),
    at(0.95),
    at(0.99),
    ratios,
    whole(selects),
    whole(stale),
    stale === 0 ? '' : `${(staleFor / 1e6).toFixed(1)} s`,
  ];
}

export function ratio(of: Outcome, to: Outcome, share: number): string {
  return (quantile(of.took, share) / quantile(to.took, share)).toFixed(2);
}

export function milliseconds(microseconds: number): string {
  return `${(microseconds / 1e3).toFixed(2)} ms`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}
