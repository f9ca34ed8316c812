// Evicts once, and then lets entries come and go below the bound, so that eviction rests. Prints by how much the heap
// has grown. Arguments: where the compiled library is, how many come and go. Run with --expose-gc.

const [, , folder, rounds] = process.argv;
const library = `${folder}/`;
const { LocalGenerationStore } = await import(new URL('./generations/local-generation-store.js', library));
const { MemoryCells } = await import(new URL('./memory/memory-cells.js', library));
const { MemoryProvider } = await import(new URL('./providers/memory-provider.js', library));

const MOST = 1_000;
const MINUTE = 60_000;
const used = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

function cells() {
  const store = MemoryCells.of(new MemoryProvider({ maxEntries: MOST }), new LocalGenerationStore());
  const generations = store.generations;
  const scope = store.scope({ valuePrefix: 'single:a:', generationPrefix: 'single:a:' }, {});
  const fill = (key) => scope.fill(key, generations.snapshot(`single:a:${key}`), { payload: 1 }, MINUTE);
  for (let n = 0; n < MOST + 10; n++) fill(`first${n}`);
  for (let n = 0; n < 20; n++) scope.bump(`first${n + 10}`);
  return (n) => {
    fill(`k${n}`);
    scope.bump(`k${n}`);
  };
}

function generationsAlone() {
  let now = 0;
  const clock = () => now;
  const timers = { setTimeout: () => ({}), clearTimeout: () => undefined };
  const store = new LocalGenerationStore({ maxKeys: MOST, retention: MINUTE, clock, monotonicClock: clock, timers });
  for (let n = 0; n < MOST + 10; n++) store.snapshot(`first${n}`);
  return (n) => {
    store.snapshot(`k${n}`);
    if (n % (MOST / 4) > 0) return;
    now += 2 * MINUTE;
    store.cleanup();
  };
}

const growth = {};
for (const make of [cells, generationsAlone]) {
  const comeAndGo = make();
  const before = used();
  for (let n = 0; n < Number(rounds); n++) comeAndGo(n);
  growth[make.name] = used() - before;
  comeAndGo(-1);
}
console.log(JSON.stringify(growth));
process.exit(0);
