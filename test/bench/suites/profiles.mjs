import { runJob } from '../measure/job.mjs';
import { profileOnRedis } from '../measure/redis.mjs';

const PROFILED = 'profile: ';

const inProcess = ['copy', 'frozen', 'reference'].flatMap((isolation) =>
  ['get', 'getOrLoad'].map((read) => ({
    title: `${PROFILED}in process, ${read}, ${isolation}, 200 B`,
    run: (pace) => runJob('profile.mjs', { contender: `ours, ${isolation}`, read, count: pace.profileReads }),
  })),
);

function onRedis(operation, contender, lanes, keys = 1_000) {
  return {
    title: `${PROFILED}${operation} on Redis, ${contender}, 200 B, ${lanes === 1 ? 'sequential' : `${lanes} concurrent`}`,
    run: ({ profileHits }) =>
      profileOnRedis(
        { contender, operation, size: '200 B', keys },
        { lanes, count: operation === 'bulk' ? Math.ceil(profileHits / keys) : profileHits },
      ),
  };
}

const CONTENDERS = ['ours, redis', 'ours, near', 'ioredis'];

export const PROFILES = [
  ...inProcess,
  ...CONTENDERS.flatMap((contender) => [1, 64].map((lanes) => onRedis('hit', contender, lanes))),
  ...['set', 'invalidate'].flatMap((operation) => [
    onRedis(operation, 'ours, redis', 1),
    onRedis(operation, 'ioredis', 1),
  ]),
  ...CONTENDERS.map((contender) => onRedis('bulk', contender, 1, 256)),
];
