import type { Call } from './call.js';

export interface Row {
  readonly row: string;
  readonly version: number;
}

/** What every contender is for the observer. */
export interface Rows {
  find(row: string, call: Call): Promise<Row>;
  findMany(rows: readonly string[], call: Call): Promise<readonly Row[]>;
  /** The version that was written. */
  save(row: string): Promise<number>;
}
