import { createRequire } from 'node:module';
import { createCache } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { openApplication } from '../caches/ours.mjs';

const { dependencies } = createRequire(import.meta.url)('../package.json');
const TAG = 'tenant:7';
const KEY = 'page';

/** Each reads a page by `load`, with a tag, and invalidates that tag. */
const CONTENDERS = {
  [`bentocache ${dependencies.bentocache}`]: async () => {
    const bento = new BentoCache({
      default: 'one',
      stores: { one: bentostore().useL1Layer(memoryDriver({ maxItems: 100 })) },
    });
    return {
      read: (load) => bento.getOrSet({ key: KEY, factory: load, tags: [TAG], ttl: '10m' }),
      invalidate: () => bento.deleteByTag({ tags: [TAG] }),
      close: () => bento.disconnectAll(),
    };
  },
  [`async-cache-dedupe ${dependencies['async-cache-dedupe']}`]: async () => {
    let loader;
    const cache = createCache({ ttl: 600, storage: { type: 'memory' } });
    cache.define(KEY, { references: () => [TAG] }, () => loader());
    return {
      read: (load) => {
        loader = load;
        return cache[KEY]('1');
      },
      invalidate: () => cache.invalidateAll(TAG),
      close: () => undefined,
    };
  },
  'nestjs-cascache': async () => {
    const app = await openApplication({}, [{ namespace: 'pages', tags: true }]);
    const cache = app.cache('pages');
    return {
      read: (load) => cache.getOrLoad(KEY, load, { tags: TAG }),
      invalidate: () => cache.invalidateTags(TAG),
      close: () => app.close(),
    };
  },
};

for (const [name, open] of Object.entries(CONTENDERS)) {
  const { read, invalidate, close } = await open();
  let row = 'old';
  const [hasRead, answer] = [Promise.withResolvers(), Promise.withResolvers()];
  const slow = read(async () => {
    const value = row;
    hasRead.resolve();
    await answer.promise;
    return value;
  });
  await hasRead.promise;
  row = 'new';
  await invalidate();
  answer.resolve();
  await slow;
  const seen = await read(async () => row);
  console.log(`${name.padEnd(26)} a read after the invalidation: ${seen === row ? 'the new value' : 'the OLD value'}`);
  await close();
}
