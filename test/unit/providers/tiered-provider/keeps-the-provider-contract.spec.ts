import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { describeProviderContract } from '../../../support/provider-contract.js';

describeProviderContract('tiered, values', {
  holds: 'values',
  reach: 'process',
  has: { clear: true, scope: false },
  make: () => {
    const store = new TieredProvider([
      { name: 'small', provider: new MemoryProvider({ maxEntries: 10 }) },
      { name: 'large', provider: new MemoryProvider() },
    ]);
    return Promise.resolve({ store, close: () => store.close() });
  },
});

describeProviderContract('tiered, bytes', {
  holds: 'bytes',
  reach: 'process',
  has: { clear: true, scope: false },
  make: () => {
    // What the first has no room for, or has evicted, the second holds.
    const store = new TieredProvider([
      { name: 'small', provider: new MemoryProvider<Uint8Array>({ maxBytes: 10_000 }) },
      { name: 'large', provider: new MemoryProvider<Uint8Array>({ maxBytes: 8_000_000 }) },
    ]);
    return Promise.resolve({ store, close: () => store.close() });
  },
});
