import { Cluster, Redis } from 'ioredis';
import { MsgpackCodec } from '../ours.mjs';

const TTL_MS = 600_000;

/** The commands that a cache without promises would send, by hand. Values are encoded and decoded as ours are. */
export const ioredis = {
  async open({ url, entries }) {
    const redis = url.nodes === undefined ? new Redis(url) : new Cluster(url.nodes);
    await redis.ping();
    const codec = new MsgpackCodec();
    const keys = entries.map(([key]) => `value:${key}`);
    const values = entries.map(([, value]) => value);
    const encode = (key, value) => Buffer.from(codec.encode(value, { storageKey: key }));
    const decode = (key, payload) => codec.decode(payload, { storageKey: key });
    const store = async () => {
      await Promise.all(keys.map((key, i) => redis.set(key, encode(key, values[i]), 'PX', TTL_MS)));
    };
    let fresh = 0;
    const through = async (key, value) => {
      const found = await redis.getBuffer(key);
      if (found !== null) return decode(key, found).id;
      await redis.set(key, encode(key, value), 'PX', 30_000);
      return value.id;
    };
    return {
      hit: {
        before: store,
        run: async (i) => {
          const key = keys[i % keys.length];
          return decode(key, await redis.getBuffer(key)).id;
        },
      },
      'hit, bytes only': { before: store, run: async (i) => (await redis.getBuffer(keys[i % keys.length])).length },
      'miss and fill, new key': { run: (i) => through(`new:${fresh++}`, values[i % values.length]) },
      'miss and fill, invalidated key': {
        prepare: async (count) => {
          await redis.del(...Array.from({ length: count }, (_, i) => `again:${i}`));
        },
        run: (i) => through(`again:${i}`, values[i % values.length]),
      },
      set: {
        run: async (i) => {
          const at = i % keys.length;
          await redis.set(keys[at], encode(keys[at], values[at]), 'PX', TTL_MS);
          return at;
        },
      },
      invalidate: {
        before: store,
        run: async (i) => {
          const key = keys[i % keys.length];
          await redis.pipeline().incr(`gen:{${key}}`).del(key).exec();
          return 1;
        },
      },
      bulk: {
        before: store,
        run: async () => {
          const found = await redis.mgetBuffer(keys);
          const decoded = new Map();
          found.forEach((payload, i) => decoded.set(keys[i], decode(keys[i], payload)));
          return decoded.size;
        },
      },
      close: () => redis.quit(),
    };
  },
};

/** A hit that nobody decodes. */
export const ioredisBytes = {
  async open(setting) {
    const { 'hit, bytes only': hit, close } = await ioredis.open(setting);
    return { hit, close };
  },
};
