import { median } from './statistics.mjs';

/**
 * How long `work` takes, as processor time of this process: what else the machine does is no part of it, what the
 * helpers of the garbage collector do is.
 */
export async function timedSlice(work, count) {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const sum = await work();
  const perOp = cpuSince(cpu) / count;
  check(sum);
  return { perOp, elapsedMs: performance.now() - begin };
}

/** One operation at a time. `perOp` is the median of their latencies, in nanoseconds. */
export async function oneByOne(run, count) {
  const latencies = new Float64Array(count);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let before = begin;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += await run(i);
    const after = performance.now();
    latencies[i] = after - before;
    before = after;
  }
  check(sum);
  return { perOp: median(latencies) * 1e6, cpuPerOp: cpuSince(cpu) / count, elapsedMs: before - begin };
}

/** As `oneByOne`, each after something else, which is not measured. */
export async function oneAfter(prepare, run, count) {
  const latencies = new Float64Array(count);
  const begin = performance.now();
  let sum = 0;
  for (let i = 0; i < count; i++) {
    await prepare(i);
    const before = performance.now();
    sum += await run(i);
    latencies[i] = performance.now() - before;
  }
  check(sum);
  return { perOp: median(latencies) * 1e6, elapsedMs: performance.now() - begin };
}

/** So many at a time, each lane waiting for its own. `perOp` is what one takes of the whole time. */
export async function inLanes(run, count, lanes) {
  let next = 0;
  let sum = 0;
  const lane = async () => {
    while (next < count) {
      const answer = await run(next++);
      sum += answer;
    }
  };
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  const elapsedMs = performance.now() - begin;
  check(sum);
  return { perOp: (elapsedMs * 1e6) / count, cpuPerOp: cpuSince(cpu) / count, elapsedMs };
}

/** Nanoseconds of processor time of this process. */
function cpuSince(begin) {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) * 1e3;
}

function check(sum) {
  if (!Number.isFinite(sum)) throw new Error('an operation did not answer what it should');
}
