// The fault laboratory: `npm run lab -- --minutes 5`. What it does and prints: docs/failover.md and the files beside
// this one.
import { hasLeases, OURS } from './app/protocol.js';
import type { ArenaName } from './arenas/arena.js';
import { buildOf, WORKING_TREE } from './builds.js';
import { FAULTS } from './faults/catalogue.js';
import { DatabaseProcess } from './observer/database-process.js';
import { Tally } from './observer/tally.js';
import { parseOptions } from './options.js';
import type { LabOptions } from './options.js';
import { Random } from './random.js';
import { injectionLine, report, vitalsLine } from './report.js';
import { playRound } from './round.js';
import type { Injection } from './round.js';

const ARENAS: readonly ArenaName[] = ['standalone', 'replicated', 'endpoint', 'cluster'];

async function run(options: LabOptions): Promise<number> {
  const builds = options.builds.map(buildOf);
  if (builds.length < 2) builds.push(WORKING_TREE);
  const begun = performance.now();
  const injections: Injection[] = [];
  const tally = new Tally();
  const database = await DatabaseProcess.start(options.seed);
  const enders = new Set<() => Promise<void>>();
  const end = async (): Promise<void> => {
    database.stop();
    await Promise.all([...enders].map((stop) => stop()));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(130)));
  }
  const chosen = FAULTS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const timeIsLeft = (): boolean => performance.now() - begun < options.minutes * 60_000;
  const random = new Random(options.seed);
  const missing = new Set(chosen);
  const arenas = ARENAS.filter((name) => chosen.some(({ arena }) => arena === name));
  /** Long rounds: a process that holds more and more is found only as long as it lives. */
  const shareMs = (options.minutes * 60_000) / arenas.length;
  const flat: string[] = [];
  const grown: string[] = [];
  const running = builds.map(({ name }) => name).join(' and ');
  const ways = `${OURS.length} ways of caching (${OURS.filter(hasLeases).length} with read leases, where they can be had)`;
  console.log(`seed ${options.seed}; ${ways} and the control, in 3 replicas of ${running}`);
  try {
    while (timeIsLeft() || missing.size > 0) {
      for (const name of arenas) {
        const faults = chosen.filter(({ arena }) => arena === name);
        if (!(timeIsLeft() || faults.some((fault) => missing.has(fault)))) continue;
        await playRound(
          {
            options,
            builds,
            random,
            database,
            tally,
            goOn: () => timeIsLeft() || missing.size > 0,
            onEnd: (stop) => {
              enders.add(stop);
              return () => enders.delete(stop);
            },
            tell: (injection) => {
              injections.push(injection);
              missing.delete(injection.fault);
              console.log(injectionLine(injection, performance.now() - begun));
            },
            tellVitals: (line) => console.log(vitalsLine(line, performance.now() - begun)),
            judged: ({ lines, wrong }) => {
              flat.push(...lines);
              grown.push(...wrong);
            },
          },
          name,
          again(() => random.shuffled(faults), shareMs),
        );
      }
    }
  } finally {
    await end();
  }
  console.log(`\n${flat.join('\n')}`);
  const wrong = [...report(options, tally, injections), ...grown];
  for (const line of wrong) console.log(`WRONG: ${line}`);
  console.log(
    wrong.length === 0 ? '\nall as it should be' : `\n${wrong.length} thing(s) wrong; the seed was ${options.seed}`,
  );
  return wrong.length === 0 ? 0 : 1;
}

/** All of them once, and then again as long as there is time. */
function* again<T>(items: () => readonly T[], ms: number): Generator<T> {
  const begun = performance.now();
  do yield* items();
  while (performance.now() - begun < ms);
}

let options: LabOptions | undefined;
try {
  options = parseOptions(process.argv.slice(2), Date.now());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
if (options !== undefined) process.exit(await run(options));
