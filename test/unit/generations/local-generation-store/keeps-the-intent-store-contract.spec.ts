import type { GenerationStore } from '../../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { HandTimers } from '../../../support/hand-timers.js';
import { describeIntentStoreContract } from '../../../support/intent-store-contract.js';

const times = new WeakMap<GenerationStore, { now: number }>();

describeIntentStoreContract('local', {
  histories: 300,
  make: () => {
    const time = { now: 1_763_000_000_000 };
    const store = new LocalGenerationStore({
      clock: () => time.now,
      monotonicClock: () => time.now,
      timers: new HandTimers(),
    });
    times.set(store, time);
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
  pass: (store, _, ms) => {
    (times.get(store) as { now: number }).now += ms;
    return Promise.resolve();
  },
});
