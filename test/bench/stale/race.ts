import { startPostgres } from '../../support/postgres/postgres-server.mjs';
import { CONTENDERS } from './contenders.js';
import { Entry } from './entry.js';
import type { StaleOptions } from './options.js';
import { outcomeOf } from './outcome/outcome.js';
import type { Outcome } from './outcome/outcome.js';
import { planOf, ROWS, rounds } from './plan.js';
import type { Log } from './protocol.js';

export interface Race {
  readonly outcomes: Outcome[];
  /** What failed, and what did not end in order. */
  readonly troubles: string[];
}

/** Starts everything, gives every contender its turns, and ends everything. */
export async function race(
  options: StaleOptions,
  say: (text: string) => void,
  onStarted: (stop: () => Promise<void>) => void,
): Promise<Race> {
  const postgres = await startPostgres();
  onStarted(() => postgres.stop());
  const entries: Entry[] = [];
  for (const contender of options.only) {
    const database = { url: postgres.url, rows: ROWS };
    entries.push(await Entry.start(contender, database, options.seed, (entry) => onStarted(() => entry.stop())));
    say(`started: ${CONTENDERS[contender]}`);
  }
  const logs = new Map<Entry, Log[][]>(entries.map((entry) => [entry, []]));
  const last = rounds(options);
  for (let round = 1; round <= last; round++) {
    for (const entry of turned(entries, round)) logs.get(entry)?.push(await entry.turn(planOf(options, round)));
    say(`round ${round} of ${last}`);
  }
  const outcomes = entries.map((entry) => outcomeOf(entry.contender, logs.get(entry) ?? []));
  const ends = await Promise.all(entries.map((entry) => entry.close()));
  const failed = outcomes.flatMap(({ contender, failures: { length, 0: first } }) =>
    first === undefined ? [] : [`${CONTENDERS[contender]}: ${length} call(s) failed, the first was a ${first}`],
  );
  return { outcomes, troubles: [...failed, ...ends.flat()] };
}

/** Each round begins with another contender: what the machine does meanwhile does not always meet the same one. */
function turned(entries: readonly Entry[], round: number): Entry[] {
  const first = round % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
}
