import { setImmediate as turn } from 'node:timers/promises';
import { median, spread } from './statistics.mjs';

/**
 * Lets entrants take turns in short slices, so that whatever else the machine does falls on all of them.
 *
 * An entrant has a `name` and `run(count)`, which does so many operations and answers `{ perOp, cpuPerOp?, elapsedMs
 * }`, per operation in nanoseconds. The first is the baseline: each round compares the others' slices with the one it
 * had in that round.
 *
 * @returns {Promise<Array<{ name: string, perOp: number, cpuPerOp?: number, ratio: { median: number, low: number, high:
 *   number } }>>}
 */
export async function race(entrants, { rounds, sliceMs, warmUpMs }) {
  const counts = [];
  for (const entrant of entrants) counts.push(await warmUp(entrant, warmUpMs, sliceMs));
  const samples = entrants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const i of order(entrants.length, round)) {
      await turn();
      samples[i].push(await entrants[i].run(counts[i]));
    }
  }
  const [baseline] = samples;
  return entrants.map(({ name }, i) => ({
    name,
    perOp: median(samples[i].map(({ perOp }) => perOp)),
    ...(baseline[0].cpuPerOp === undefined ? {} : { cpuPerOp: median(samples[i].map(({ cpuPerOp }) => cpuPerOp)) }),
    ratio: spread(samples[i].map(({ perOp }, round) => perOp / baseline[round].perOp)),
  }));
}

/** Every other round goes backwards, so that none always comes after the same one. */
function order(length, round) {
  const forward = Array.from({ length }, (_, i) => i);
  return round % 2 === 0 ? forward : forward.toReversed();
}

/** Runs until the code is compiled and the pace is known; answers how many operations fill a slice. */
async function warmUp(entrant, warmUpMs, sliceMs) {
  let count = 16;
  let spent = 0;
  for (;;) {
    const { elapsedMs } = await entrant.run(count);
    spent += elapsedMs;
    const fitting = Math.max(1, Math.round((count * sliceMs) / Math.max(elapsedMs, 0.001)));
    if (spent >= warmUpMs && elapsedMs >= sliceMs / 4) return fitting;
    count = Math.min(fitting, count * 4);
  }
}
