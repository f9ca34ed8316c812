import { median } from './statistics.mjs';

/** One operation at a time. `perOp` is the median of their latencies, in nanoseconds. */
export async function oneByOne(run, count) {
  const latencies = new Float64Array(count);
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
  return { perOp: median(latencies) * 1e6, elapsedMs: before - begin };
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
  const begin = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  const elapsedMs = performance.now() - begin;
  check(sum);
  return { perOp: (elapsedMs * 1e6) / count, elapsedMs };
}

function check(sum) {
  if (!Number.isFinite(sum)) throw new Error('an operation did not answer what it should');
}
