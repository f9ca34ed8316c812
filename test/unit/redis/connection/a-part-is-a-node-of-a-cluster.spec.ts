import { expect, it } from '@jest/globals';

import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';

/** Where nobody listens. */
const [host, port] = ['127.0.0.1', 1];

it('one server has no parts, and of a Cluster that is not known yet nobody knows the part', async () => {
  for (const source of [{ host, port }, { nodes: [{ host, port }] }]) {
    const store = new RedisGenerationStore(source);
    expect(store.partOf('single:t:a')).toBeUndefined();
    await store.close();
  }
});
