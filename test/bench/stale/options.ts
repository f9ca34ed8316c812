import { parseArgs } from 'node:util';
import type { Contender } from './contenders.js';
import { NAMES } from './contenders.js';

export interface StaleOptions {
  /** Measured of each contender, in seconds. */
  readonly seconds: number;
  /** Requests a second, of all processes together. */
  readonly rate: number;
  readonly seed: number;
  readonly only: readonly Contender[];
  readonly json: boolean;
  readonly write: boolean;
}

const USAGE = `npm run bench:stale -- [options]
  --seconds <n>   under load, of each contender, in turns of three seconds; default 24
  --rate <n>      requests a second, of all four processes together, default 2000
  --seed <n>      of rows, moments and delays, default 1
  --only <name>   this contender alone; may be repeated
                  ${NAMES.join(', ')}
  --quick         3 seconds of each, too few to judge times by
  --json          print the numbers as JSON
  --write         put the table into docs/benchmarks.md`;

/** @throws Error whose message is to be shown to the user */
export function parseOptions(args: readonly string[]): StaleOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      rate: { type: 'string', default: '2000' },
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
  if (values.write && (values.quick || values.only.length > 0)) {
    throw new Error('--write documents a whole run: leave out --quick and --only.');
  }
  return {
    seconds: positive(values.seconds ?? (values.quick ? '3' : '24')),
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
