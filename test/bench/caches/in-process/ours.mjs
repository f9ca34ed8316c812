import { fill, openApplication } from '../ours.mjs';

const opener =
  (isolation) =>
  async ({ entries, capacity, load }) => {
    const app = await openApplication({}, [{ namespace: 'bench', isolation, maxEntries: capacity }]);
    const cache = app.cache('bench');
    await fill(cache, entries);
    return {
      get: (key) => cache.get(key),
      getSync: (key) => cache.getSync(key),
      getOrLoad: (key) => cache.getOrLoad(key, () => load(key)),
      close: () => app.close(),
    };
  };

export const oursCopy = { open: opener('copy') };
export const oursFrozen = { open: opener('frozen') };
export const oursReference = { open: opener('reference') };
