import type { GenerationStore } from '../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../../lib/memory/memory-cells.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { describeGenerationStoreContract } from '../../support/generation-store-contract.js';
import { HandTimers } from '../../support/hand-timers.js';
import { describeIntentStoreContract } from '../../support/intent-store-contract.js';

const times = new WeakMap<GenerationStore, { now: number }>();

function putInCells(store: GenerationStore, prefix: string): void {
  const cells = MemoryCells.of(new MemoryProvider(), store as LocalGenerationStore);
  cells?.scope({ namespace: 'user', valuePrefix: prefix, generationPrefix: prefix }, {});
}

describeGenerationStoreContract('local, in cells', {
  reach: 'process',
  has: { scope: true, cleanup: true },
  make: () => {
    const store = new LocalGenerationStore();
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
  begin: putInCells,
  lose: (store, key) => Promise.resolve(store.clear(key)),
});

describeIntentStoreContract('local, in cells', {
  histories: 300,
  make: () => {
    const time = { now: 1_763_000_000_000 };
    const clock = (): number => time.now;
    const store = new LocalGenerationStore({ clock, monotonicClock: clock, timers: new HandTimers() });
    times.set(store, time);
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
  begin: putInCells,
  pass: (store, _, ms) => {
    (times.get(store) as { now: number }).now += ms;
    return Promise.resolve();
  },
});
