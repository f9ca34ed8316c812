import { bulk } from './bulk.mjs';
import { codecs } from './codecs.mjs';
import { decorator } from './decorator.mjs';
import { growth } from './growth.mjs';
import { inProcess } from './in-process.mjs';
import { leases } from './leases.mjs';
import { memory } from './memory.mjs';
import { pairs } from './pairs.mjs';
import { onRedis } from './redis.mjs';
import { tags } from './tags.mjs';
import { watched } from './watched.mjs';

/**
 * Every experiment. Those of one `table` are its columns, and those that are `long` are left out of quick runs. Costs
 * are set against those of the row that is the baseline.
 */
export const EXPERIMENTS = [
  ...pairs,
  ...inProcess,
  ...decorator,
  ...onRedis,
  ...leases,
  ...tags,
  ...watched,
  ...bulk,
  ...codecs,
  ...memory,
  ...growth,
].map((one) => ({ ...one, title: `${one.table}, ${one.column}` }));

/** How long, and how large. A quick run shows that everything works; its times mean nothing. */
export const PACES = {
  full: {
    pair: { rounds: 200, sliceMs: 3, warmUpMs: 400 },
    // Long enough for the processor's caches to hold what each has, not what the one before it had.
    growth: { rounds: 20, sliceMs: 30, warmUpMs: 300 },
    inProcess: { rounds: 60, sliceMs: 3, warmUpMs: 150 },
    // A round trip leaves little time for code: after less, the compiler is still at work while the slices are
    // measured.
    redis: { rounds: 25, sliceMs: 50, warmUpMs: 1_500 },
    memoryKeys: 100_000,
    redisKeys: 20_000,
    growthKeys: [1_000, 10_000, 100_000, 1_000_000],
    growthBase: 10_000,
    clearedKeys: [1_000, 100_000],
    clears: 9,
    profileReads: 5_000_000,
    profileHits: 100_000,
  },
  quick: {
    pair: { rounds: 2, sliceMs: 1, warmUpMs: 2 },
    growth: { rounds: 2, sliceMs: 1, warmUpMs: 2 },
    inProcess: { rounds: 2, sliceMs: 1, warmUpMs: 2 },
    redis: { rounds: 2, sliceMs: 4, warmUpMs: 2 },
    memoryKeys: 5_000,
    redisKeys: 500,
    growthKeys: [1_000, 10_000],
    growthBase: 10_000,
    clearedKeys: [100, 1_000],
    clears: 2,
    profileReads: 50_000,
    profileHits: 1_000,
  },
};
