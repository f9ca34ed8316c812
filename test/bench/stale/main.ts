// The stale-read comparison: `npm run bench:stale`. How it is done: circumstances.ts says it with every result.
import { circumstances } from './circumstances.js';
import { BASELINE, CONTENDERS, isOurs } from './contenders.js';
import { parseOptions } from './options.js';
import type { StaleOptions } from './options.js';
import { asJson } from './outcome/json.js';
import type { Outcome } from './outcome/outcome.js';
import { milliseconds, table } from './outcome/table.js';
import { writeDocs } from './outcome/write-docs.js';
import { race } from './race.js';

/** 99 of 100 calls are begun sooner, or the times tell more of the machine than of the contenders. */
const TOO_LATE_US = 20_000;

/** Answers the exit code. */
async function run(options: StaleOptions): Promise<number> {
  const say = options.json ? console.error : console.log;
  const stops: (() => Promise<void>)[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  };
  // A terminal signals every process of the command, and run.mjs passes its own signal on: it may come twice.
  let ending: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      ending ??= end().finally(() => process.exit(130));
    });
  }
  const circumstancesThen = circumstances(options);
  try {
    const { outcomes, troubles } = await race(options, say, (stop) => stops.push(stop));
    const shown = table(outcomes);
    const about = circumstancesThen();
    say(`\n${about}\n\n${shown}\n`);
    for (const outcome of outcomes) say(asides(outcome));
    if (options.json) console.log(JSON.stringify({ about, outcomes: outcomes.map(asJson) }, undefined, 2));
    if (options.write) writeDocs(`${about}\n\n${shown}`);
    return verdict(outcomes, troubles, say);
  } finally {
    await end();
  }
}

/** Not for the table: what shows that the load was the same, and what it cost. */
function asides({ contender, cpu, late }: Outcome): string {
  return `${CONTENDERS[contender].padEnd(36)} ${cpu.toFixed(0)} µs of processor time a request; 99 % of calls begun within ${milliseconds(late)}`;
}

/**
 * A stale read of ours is wrong. Calls that fail are not: on a machine without time to spare they are what is promised.
 */
function verdict(outcomes: readonly Outcome[], troubles: readonly string[], say: (line: string) => void): number {
  for (const trouble of troubles) say(trouble);
  if (outcomes.some(({ late }) => late > TOO_LATE_US)) {
    say('calls were begun late: the machine had too much else to do for these times to tell anything');
  }
  const control = outcomes.find(({ contender }) => contender === BASELINE);
  if (control?.stale === 0) say('cache-aside was never stale: this load was too light to tell contenders apart');
  const wrong = outcomes.filter(({ contender, stale }) => isOurs(contender) && stale > 0);
  for (const { contender, stale } of wrong) say(`WRONG: ${CONTENDERS[contender]}: ${stale} stale read(s)`);
  return wrong.length === 0 ? 0 : 1;
}

let options: StaleOptions | undefined;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
if (options !== undefined) process.exit(await run(options));
