import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { describeTagStoreContract } from '../../support/tag-store-contract.js';

describeTagStoreContract('LocalGenerationStore', {
  isShared: false,
  isBegun: true,
  make: () => {
    const store = new LocalGenerationStore();
    return Promise.resolve({ tags: store.tags, close: async () => store.close() });
  },
});
