import type { GenerationStore } from '../../../../lib/contracts/generation-store.js';
import { describeIntentStoreContract } from '../../../support/intent-store-contract.js';
import { passTime } from '../../../support/redis/passing-time.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

/** The parts that each store came with. */
const made = new WeakMap<GenerationStore, RedisParts>();

const of = (store: GenerationStore): RedisParts => made.get(store) as RedisParts;

for (const [name, parts] of KINDS) {
  describeIntentStoreContract(name, {
    histories: 40,
    make: async () => {
      const redis = await parts();
      made.set(redis.generations, redis);
      return { store: redis.generations, atomic: redis.atomic, close: () => redis.close() };
    },
    pass: async (store, keys, ms) => {
      const { outside, cell } = of(store);
      await Promise.all(keys.map((key) => passTime(outside, cell(key), ms)));
    },
    lose: async (store, key) => {
      await of(store).outside.del(of(store).cell(key));
    },
  });
}
