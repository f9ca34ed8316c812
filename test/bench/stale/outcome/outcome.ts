import type { Contender } from '../contenders.js';
import type { Log } from '../protocol.js';
import { ascending, median, quantile, sum } from './numbers.js';
import { staleReads } from './stale-reads.js';

/** The quantiles that are told. */
export const SHARES = [0.5, 0.95, 0.99] as const;
export type Share = (typeof SHARES)[number];

/** What a contender did in all its turns. Times in microseconds. */
export interface Outcome {
  readonly contender: Contender;
  readonly reads: number;
  readonly writes: number;
  /** Rows that reads had the database look up. */
  readonly selects: number;
  readonly stale: number;
  /** Calls that failed, and why. */
  readonly failures: readonly string[];
  /** Of the times of reads: over all turns, and in each. */
  readonly took: Readonly<Record<Share, number>>;
  readonly tookByTurn: readonly Readonly<Record<Share, number>>[];
  /** Processor time of the service's processes for one request. */
  readonly cpu: number;
  /** 99 of 100 calls began not later than this after they were due. */
  readonly late: number;
}

/** @param turns the logs of its processes, turn by turn */
export function outcomeOf(contender: Contender, turns: readonly (readonly Log[])[]): Outcome {
  const logs = turns.flat();
  const reads = sum(logs.map((log) => log.reads.row.length));
  const writes = sum(logs.map(({ measured }) => measured.writes));
  return {
    contender,
    reads,
    writes,
    selects: sum(logs.map(({ measured }) => measured.selects)),
    stale: staleReads(logs, logs),
    failures: logs.flatMap(({ failures }) => failures),
    took: quantiles(logs),
    tookByTurn: turns.map((turn) => quantiles(turn)),
    cpu: sum(logs.map(({ measured }) => measured.cpu)) / (reads + writes),
    late: quantile(ascending(logs.flatMap(({ late }) => late)), 0.99),
  };
}

/** How many times as long as another's: the median over the turns, each beside the other's turn of the same round. */
export function ratio(of: Outcome, to: Outcome, share: Share): number {
  return median(of.tookByTurn.map((turn, i) => turn[share] / (to.tookByTurn[i]?.[share] ?? Number.NaN)));
}

function quantiles(logs: readonly Log[]): Record<Share, number> {
  const took = ascending(logs.flatMap(({ reads }) => reads.took));
  return { 0.5: quantile(took, 0.5), 0.95: quantile(took, 0.95), 0.99: quantile(took, 0.99) };
}
