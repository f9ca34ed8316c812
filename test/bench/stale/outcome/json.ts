import type { Outcome } from './outcome.js';
import { quantile } from './outcome.js';

/** For `--json`: times in milliseconds, processor time in microseconds. */
export function asJson({ took, staleFor, late, cpu, ...counts }: Outcome): Record<string, unknown> {
  const at = (share: number): number => rounded(quantile(took, share) / 1e3);
  return {
    ...counts,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    staleForMs: rounded(staleFor / 1e3),
    lateP99: rounded(late / 1e3),
    cpuPerRequest: rounded(cpu),
  };
}

function rounded(number: number): number {
  return Math.round(number * 1e3) / 1e3;
}
