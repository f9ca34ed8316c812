import { runJob } from '../measure/job.mjs';
import { profileOnRedis } from '../measure/redis.mjs';

const PROFILED = 'profile: ';

const inProcess = ['copy', 'frozen', 'reference'].flatMap((isolation) =>
  ['get', 'getOrLoad'].map((read) => ({
    title: `${PROFILED}in process, ${read}, ${isolation}, 200 B`,
    run: (pace) => runJob('profile.mjs', { contender: `ours, ${isolation}`, read, count: pace.profileReads }),
  })),
);

const onRedis = ['ours, redis', 'ours, near', 'ioredis'].flatMap((contender) =>
  [1, 64].map((lanes) => ({
    title: `${PROFILED}hit on Redis, ${contender}, 200 B, ${lanes === 1 ? 'sequential' : `${lanes} concurrent`}`,
    run: ({ profileHits: count }) =>
      profileOnRedis({ contender, operation: 'hit', size: '200 B', keys: 1_000 }, { lanes, count }),
  })),
);

export const PROFILES = [...inProcess, ...onRedis];
