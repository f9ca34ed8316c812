// One contender, alone in a process with its connections, that runs slices when it is told to.
import { ON_REDIS } from '../caches/redis/all.mjs';
import { serve, spec } from '../measure/job-side.mjs';
import { profiled } from '../measure/profile.mjs';
import { inLanes, oneByOne } from '../measure/slices.mjs';
import { MASK, uniform } from '../measure/turns.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

const { contender, url, size, keys, operation, random } = spec;
const turns = uniform(keys);
let slice;

async function open() {
  const entries = keysOf(keys).map((key, i) => [key, SIZES[size](i)]);
  const opened = await (await ON_REDIS[contender]()).open({ url, entries });
  slice = opened[operation];
  if (slice === undefined) throw new Error(`${contender} has no operation ${operation}`);
  await slice.before?.();
}

async function timed({ count, lanes }) {
  await slice.prepare?.(count);
  const run = random === true ? (i) => slice.run(turns[i & MASK]) : slice.run;
  return lanes === 1 ? oneByOne(run, count) : inLanes(run, count, lanes);
}

serve(async (message) => {
  if (message === 'open') return open();
  return message.profile === true ? profiled((count) => timed({ ...message, count }), message.count) : timed(message);
});
