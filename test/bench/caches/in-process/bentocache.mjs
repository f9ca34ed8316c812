import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';

const opener =
  (serialize) =>
  async ({ entries, capacity, load, ttlMs }) => {
    const bento = new BentoCache({
      default: 'bench',
      ttl: ttlMs,
      stores: { bench: bentostore().useL1Layer(memoryDriver({ maxItems: capacity, serialize })) },
    });
    for (const [key, value] of entries) await bento.set({ key, value });
    return {
      get: (key) => bento.get({ key }),
      getOrLoad: (key) => bento.getOrSet({ key, factory: () => load(key) }),
      close: () => bento.disconnectAll(),
    };
  };

/** By default it keeps JSON. */
export const bentocacheCopy = { open: opener(true) };
export const bentocacheReference = { open: opener(false) };
