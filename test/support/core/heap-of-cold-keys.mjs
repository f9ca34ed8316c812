// Loads distinct keys through a cache over bounded stores, and prints how large the heap is now and then.
// Arguments: where the compiled library is, how many keys, how often to look. Run with --expose-gc.

const [, , folder, keys, looks] = process.argv;
const library = `${folder}/`;
const { CasCacheService } = await import(new URL('./core/cas-cache.js', library));
const { resolveNamespaceOptions } = await import(new URL('./core/options/namespace-options.js', library));
const { LocalGenerationStore } = await import(new URL('./generations/local-generation-store.js', library));
const { MemoryProvider } = await import(new URL('./providers/memory-provider.js', library));

const AT_A_TIME = 50;
const cache = new CasCacheService(resolveNamespaceOptions({ namespace: 'heap' }), {
  provider: new MemoryProvider({ holds: 'values', maxEntries: 1_000 }),
  generations: new LocalGenerationStore({ maxKeys: 1_000 }),
  hooks: [],
});

const every = Number(keys) / Number(looks);
const heaps = [];
for (let next = 0; next < Number(keys); next += AT_A_TIME) {
  const batch = Array.from({ length: AT_A_TIME }, (_, i) => `key ${next + i}`);
  // The first one twice, so that a load is shared.
  await Promise.all([...batch, batch[0]].map((key) => cache.getOrLoad(key, async () => key)));
  if ((next + AT_A_TIME) % every === 0) {
    globalThis.gc();
    heaps.push(process.memoryUsage().heapUsed);
  }
}
console.log(JSON.stringify({ heaps, loads: cache.stats().loads }));
process.exit(0);
