import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { describeGenerationStoreContract } from '../../../support/generation-store-contract.js';

describeGenerationStoreContract('local', {
  reach: 'process',
  has: { scope: true, cleanup: true },
  make: () => {
    const store = new LocalGenerationStore();
    return Promise.resolve({ store, close: () => Promise.resolve(store.close()) });
  },
  lose: (store, key) => Promise.resolve(store.clear(key)),
});
