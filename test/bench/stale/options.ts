import { parseArgs } from 'node:util';
import type { Contender } from './contenders.js';
import { NAMES } from './contenders.js';

export interface StaleOptions {
  /** Measured in each round of each contender, in seconds. */
  readonly seconds: number;
  readonly rounds: number;
  /** Requests a second, of all processes together. */
  readonly rate: number;
  readonly seed: number;
  readonly only: readonly Contender[];
  readonly json: boolean;
  readonly write: boolean;
}

const USAGE = `npm run bench:stale -- [options]
  --seconds <n>   measured in each round of each contender, default 11
  --rounds <n>    default 2; each takes the contenders in another order
  --rate <n>      requests a second, of all four processes together, default 1500
  --seed <n>      of rows, moments and delays, default 1
  --only <name>   this contender alone; may be repeated
                  ${NAMES.join(', ')}
  --quick         one round of 4 seconds
  --json          print the numbers as JSON
  --write         put the table into docs/benchmarks.md`;

/** @throws Error whose message is to be shown to the user */
export function parseOptions(args: readonly string[]): StaleOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      rate: { type: 'string', default: '1500' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = NAMES.filter((name) => values.only.length === 0 || values.only.includes(name));
  const unknown = values.only.find((name) => !(NAMES as readonly string[]).includes(name));
  if (values.help || unknown !== undefined) throw new Error(USAGE);
  return {
    seconds: positive(values.seconds ?? (values.quick ? '4' : '11')),
    rounds: Math.ceil(positive(values.rounds ?? (values.quick ? '1' : '2'))),
    rate: positive(values.rate),
    seed: positive(values.seed),
    only,
    json: values.json,
    write: values.write,
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is not a positive number.\n${USAGE}`);
  return value;
}
