import { fill, generationsOf, openApplication } from '../ours.mjs';

const TTL_MS = 600_000;
/** A machine that is busy with something else makes no operation fail here. */
const PATIENCE_MS = 10_000;

const opener =
  (topology, options = {}) =>
  async ({ url, entries }) => {
    const app = await openApplication({ redis: url, topology }, [
      { namespace: 'bench', ttl: TTL_MS, maxEntries: 200_000, timeout: PATIENCE_MS, ...options },
    ]);
    const cache = app.cache('bench');
    await ready(cache);
    const keys = entries.map(([key]) => key);
    const values = entries.map(([, value]) => value);
    let fresh = 0;
    let observed = [];
    return {
      hit: {
        before: () => fill(cache, entries),
        run: async (i) => (await cache.get(keys[i % keys.length])).id,
      },
      'miss and fill, new key': {
        run: async (i) =>
          (await cache.getOrLoad(`new:${fresh++}`, () => values[i % values.length], { ttl: 30_000 })).id,
      },
      'miss and fill, invalidated key': {
        prepare: async (count) => {
          await cache.invalidate(Array.from({ length: count }, (_, i) => `again:${i}`));
        },
        run: async (i) => (await cache.getOrLoad(`again:${i}`, () => values[i % values.length], { ttl: 30_000 })).id,
      },
      set: {
        before: async () => {
          observed = await generationsOf(cache, keys);
        },
        run: async (i) => {
          const at = i % keys.length;
          const outcome = await cache.setWithGen(keys[at], values[at], observed[at]);
          // Of very many keys on a busy machine, some have waited for longer than a generation without an entry lives.
          if (outcome === 'stale') observed[at] = await cache.snapshotGen(keys[at]);
          else if (outcome !== 'stored') throw new Error(`a fill was ${outcome}`);
          return at;
        },
      },
      invalidate: {
        before: () => fill(cache, entries),
        run: async (i) => {
          await cache.invalidate(keys[i % keys.length]);
          return 1;
        },
      },
      bulk: {
        before: async () => {
          const generations = await cache.snapshotGens(keys);
          const tags = options.tags ? ['one', 'two'] : [];
          const { outcome } = await cache.setBulkWithGens(entries, generations, tags.length > 0 ? { tags } : undefined);
          if (outcome !== 'stored') throw new Error(`the bulk was ${outcome}`);
        },
        run: async () => {
          const { values: found } = await cache.getBulk(keys);
          if (found.size !== keys.length) throw new Error('the bulk missed');
          return found.size;
        },
      },
      close: () => app.close(),
    };
  };

/** Reads go past a Redis until it was vetted. */
async function ready(cache) {
  while ((await cache.snapshotGen('ready')) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const ours = { open: opener('redis') };
export const oursNoBulk = { open: opener('redis', { disableBulk: true }) };
export const oursTagged = { open: opener('redis', { tags: true }) };
export const oursNear = { open: opener('near') };
export const oursNearFrozen = { open: opener('near', { isolation: 'frozen' }) };
export const oursTiered = { open: opener('tiered') };
