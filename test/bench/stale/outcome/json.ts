import type { Outcome, Share } from './outcome.js';

/** For `--json`: times in milliseconds, processor time for one request in microseconds. */
export function asJson({ took, tookByTurn, cpu, late, failures, ...counts }: Outcome): Record<string, unknown> {
  return {
    ...counts,
    failures: failures.length,
    took: times(took),
    tookByTurn: tookByTurn.map(times),
    late: rounded(late / 1e3),
    cpu: rounded(cpu),
  };
}

function times(took: Readonly<Record<Share, number>>): Record<string, number> {
  return { p50: rounded(took[0.5] / 1e3), p95: rounded(took[0.95] / 1e3), p99: rounded(took[0.99] / 1e3) };
}

function rounded(number: number): number {
  return Math.round(number * 1e3) / 1e3;
}
