import { startRedis } from '../../support/redis/redis-server.mjs';
import { Job } from './job.mjs';
import { race } from './race.mjs';
import { WAYS } from './ways.mjs';

const HEAP_MB = 6_144;

/** Runs `work` with a server of its own, which is gone when that has ended. */
export async function withRedis(work) {
  const server = await startRedis();
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/** The contenders by turns, each in its process while the others are idle. The first is the baseline. */
export function raceOnRedis(contenders, { lanes, ...spec }, pace) {
  return raceJobs(
    contenders.map((contender) => ({ name: contender, spec: { ...spec, contender } })),
    lanes,
    pace,
  );
}

/** One contender with several numbers of keys, read and written at random. */
export function raceOnRedisOfSizes(operation, sizes, pace) {
  const spec = { contender: 'ours, redis', size: '200 B', operation, random: true };
  return raceJobs(
    sizes.map((keys) => ({ name: `${keys} keys`, spec: { ...spec, keys } })),
    1,
    pace,
  );
}

/** Where the time of one contender's operation goes. */
export function profileOnRedis(spec, { lanes, count }) {
  return withJobs([spec], async ([job]) => {
    await job.ask({ count, lanes });
    return job.ask({ count, lanes, profile: true });
  });
}

function raceJobs(entrants, lanes, pace) {
  return withJobs(
    entrants.map(({ spec }) => spec),
    (jobs) =>
      race(
        entrants.map(({ name }, i) => ({ name, run: (count) => jobs[i].ask({ count, lanes }) })),
        pace,
      ),
  );
}

/** A process for each, and a server for each: they share nothing but the machine. */
async function withJobs(specs, work) {
  const parts = [];
  const begin = async (spec) => {
    const server = await WAYS[spec.way ?? 'loopback']();
    parts.push(server);
    const job = new Job('on-redis.mjs', { ...spec, url: server.source }, [`--max-old-space-size=${HEAP_MB}`]);
    parts.push(job);
    await job.ask('open');
    return job;
  };
  try {
    const begun = await Promise.allSettled(specs.map(begin));
    const failed = begun.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return await work(begun.map(({ value }) => value));
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}
