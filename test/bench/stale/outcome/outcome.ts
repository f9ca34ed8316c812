import type { Contender } from '../contenders.js';
import type { Log } from '../protocol.js';
import { staleReads } from './stale-reads.js';

/** What a contender did, in one round or in all of them. Times in microseconds. */
export interface Outcome {
  readonly contender: Contender;
  readonly reads: number;
  readonly writes: number;
  /** Rows that reads had the database look up. */
  readonly selects: number;
  readonly stale: number;
  /** The longest that a version was returned after a newer one had been acknowledged. */
  readonly staleFor: number;
  readonly failures: number;
  /** Processor time of the service's processes for one request. */
  readonly cpu: number;
  /** How late calls began: 99 of 100 less than this. */
  readonly late: number;
  /** In ascending order. */
  readonly took: Float64Array;
}

export function outcomeOf(contender: Contender, logs: readonly Log[]): Outcome {
  const took = Float64Array.from(logs.flatMap(({ reads }) => reads.took)).toSorted();
  const late = Float64Array.from(logs.flatMap((log) => log.late)).toSorted();
  const writes = sum(logs.map(({ measured }) => measured.writes));
  const { count, longest } = staleReads(logs);
  return {
    contender,
    reads: took.length,
    writes,
    selects: sum(logs.map(({ measured }) => measured.selects)),
    stale: count,
    staleFor: longest,
    failures: sum(logs.map(({ failures }) => failures)),
    cpu: sum(logs.map(({ measured }) => measured.cpu)) / (took.length + writes),
    late: quantile(late, 0.99),
    took,
  };
}

/** All rounds of one contender as one. */
export function together(rounds: readonly Outcome[]): Outcome {
  const [first] = rounds as [Outcome];
  const total = (of: (round: Outcome) => number): number => sum(rounds.map(of));
  const requests = total(({ reads, writes }) => reads + writes);
  return {
    contender: first.contender,
    reads: total(({ reads }) => reads),
    writes: total(({ writes }) => writes),
    selects: total(({ selects }) => selects),
    stale: total(({ stale }) => stale),
    staleFor: Math.max(...rounds.map(({ staleFor }) => staleFor)),
    failures: total(({ failures }) => failures),
    cpu: total(({ cpu, reads, writes }) => cpu * (reads + writes)) / requests,
    late: Math.max(...rounds.map(({ late }) => late)),
    took: Float64Array.from(rounds.flatMap(({ took }) => [...took])).toSorted(),
  };
}

export function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? Number.NaN;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
