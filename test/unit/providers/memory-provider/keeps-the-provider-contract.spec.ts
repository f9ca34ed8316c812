import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { describeProviderContract } from '../../../support/provider-contract.js';

describeProviderContract('memory, values', {
  holds: 'values',
  reach: 'process',
  has: { clear: true, scope: true },
  make: () => {
    const store = new MemoryProvider();
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
});

describeProviderContract('memory, bytes', {
  holds: 'bytes',
  reach: 'process',
  has: { clear: true, scope: false },
  make: () => {
    const store = new MemoryProvider<Uint8Array>({ maxBytes: 8_000_000 });
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
});
