// The stale-read comparison: `npm run bench:stale`. What it measures and how: docs/benchmarks.md.
import { cpus, loadavg } from 'node:os';
import { startPostgres } from '../../support/postgres/postgres-server.mjs';
import { BASELINE, CONTENDERS, isOurs, NAMES } from './contenders.js';
import type { Contender } from './contenders.js';
import type { LoadPlan } from './load/schedule.js';
import { parseOptions } from './options.js';
import type { StaleOptions } from './options.js';
import { asJson } from './outcome/json.js';
import { outcomeOf, quantile, together } from './outcome/outcome.js';
import type { Outcome } from './outcome/outcome.js';
import { milliseconds, table } from './outcome/table.js';
import { writeDocs } from './outcome/write-docs.js';
import { play, REPLICAS } from './play.js';
import { DELAY } from './service/product-table.js';

const ROWS = 2_000;
const EXPONENT = 1;
const WRITES = 0.05;
const WARM_UP_MS = 2_000;

/** Answers the exit code. */
async function run(options: StaleOptions): Promise<number> {
  const say = options.json ? console.error : console.log;
  const enders = new Set<() => Promise<void>>();
  const end = async (): Promise<void> => {
    const stops = [...enders];
    enders.clear();
    await Promise.all(stops.map((stop) => stop()));
  };
  // A terminal signals every process of the command, and run.mjs passes its own signal on: it may come twice.
  let ending: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      ending ??= end().finally(() => process.exit(130));
    });
  }
  const onEnd = (stop: () => Promise<void>): (() => void) => {
    enders.add(stop);
    return () => enders.delete(stop);
  };
  const about = circumstances(options);
  say(about);
  const rounds = new Map<Contender, Outcome[]>();
  const postgres = await startPostgres();
  onEnd(() => postgres.stop());
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of turned(options.only, round)) {
        const logs = await play(contender, planOf(options, round), postgres.url, onEnd);
        const outcome = outcomeOf(contender, logs);
        rounds.set(contender, [...(rounds.get(contender) ?? []), outcome]);
        say(progress(round, outcome));
        for (const failed of logs.flatMap((log) => log.failed).slice(0, 5)) say(`  ${failed}`);
      }
    }
  } finally {
    await end();
  }
  const outcomes = NAMES.filter((name) => rounds.has(name)).map((name) => together(rounds.get(name) ?? []));
  const shown = table(outcomes);
  say(`\n${shown}`);
  if (options.json) console.log(JSON.stringify({ about, outcomes: outcomes.map(asJson) }, undefined, 2));
  if (options.write) writeDocs(`${about}\n\n${shown}`);
  return verdict(outcomes, say);
}

/** Another order in each round: what the machine does meanwhile does not always meet the same one. */
function turned(contenders: readonly Contender[], round: number): Contender[] {
  return round % 2 === 0 ? [...contenders] : contenders.toReversed();
}

function planOf({ seed, rate, seconds }: StaleOptions, round: number): LoadPlan {
  return {
    seed: seed * 100 + round,
    rows: ROWS,
    exponent: EXPONENT,
    rate: rate / REPLICAS,
    writes: WRITES,
    warmUpMs: WARM_UP_MS,
    measuredMs: seconds * 1e3,
  };
}

function circumstances({ seconds, rounds, rate, seed }: StaleOptions): string {
  const [cpu] = cpus();
  const load = loadavg().map((average) => average.toFixed(1));
  const given = process.argv.slice(2).filter((arg) => arg !== '--write');
  const command = ['npm run bench:stale', ...(given.length === 0 ? [] : ['--', ...given])].join(' ');
  const { medianMs, sigma } = DELAY;
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}, load average before ${load.join(', ')}.`,
    `Command: \`${command}\`.`,
    `${REPLICAS} processes of one Nest service, one Redis, one Postgres, all on this machine. ${ROWS.toLocaleString('en-US')} rows, zipf (s = ${EXPONENT}); ${rate.toLocaleString('en-US')} requests a second in all (open loop, seed ${seed}: the same calls at the same moments for every contender), ${100 * WRITES} % of them writes; ${rounds} × ${seconds} s each, with caches warm.`,
    `To every read of a row in Postgres the repository adds a delay between the query and its return: log-normal, median ${medianMs} ms, 99 % under ${(medianMs * Math.exp(sigma * 2.326)).toFixed(0)} ms, the same for every contender.`,
    `Times are those of reads. A stale read returned a version older than the newest one whose write and invalidation had been acknowledged, to any process, before the read began.`,
  ].join('\n');
}

function progress(round: number, outcome: Outcome): string {
  const { contender, stale, cpu, late, took, reads, selects } = outcome;
  const times = [0.5, 0.95, 0.99].map((share) => milliseconds(quantile(took, share)));
  const hits = ((100 * (reads - selects)) / reads).toFixed(1);
  return `round ${round + 1}  ${CONTENDERS[contender].padEnd(36)} ${times.join(', ')}; hits ${hits} %; stale ${stale}; processor ${cpu.toFixed(0)} µs a request; 99 % of calls begun within ${milliseconds(late)}`;
}

function verdict(outcomes: readonly Outcome[], say: (line: string) => void): number {
  const wrong = outcomes.flatMap(({ contender, stale, failures }) => {
    if (!isOurs(contender)) return [];
    const name = CONTENDERS[contender];
    return [
      ...(stale > 0 ? [`${name}: ${stale} stale read(s)`] : []),
      ...(failures > 0 ? [`${name}: ${failures} call(s) failed`] : []),
    ];
  });
  for (const line of wrong) say(`WRONG: ${line}`);
  const control = outcomes.find(({ contender }) => contender === BASELINE);
  if (control?.stale === 0) say('cache-aside was never stale: this load was too light to tell contenders apart');
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
