import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { TTL_MS, operations } from './operations.mjs';

export const bentocache = {
  async open({ url, entries }) {
    const { hostname, port } = new URL(url);
    const bento = new BentoCache({
      default: 'bench',
      ttl: TTL_MS,
      stores: {
        bench: bentostore().useL2Layer(redisDriver({ connection: { host: hostname, port: Number(port) } })),
      },
    });
    return operations(entries, {
      get: (key) => bento.get({ key }),
      set: (key, value) => bento.set({ key, value }),
      wrap: (key, value) => bento.getOrSet({ key, factory: async () => value }),
      drop: (key) => bento.delete({ key }),
      close: () => bento.disconnectAll(),
    });
  },
};
