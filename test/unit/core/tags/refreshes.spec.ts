import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../support/core/deferred.js';
import { TOPOLOGIES } from '../../../support/core/topologies.js';

async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

describe.each(TOPOLOGIES)('a refresh in a namespace with tags: $name', ({ rig }) => {
  /** An entry past its soft ttl, whose newer value comes when the test says so. */
  async function expired() {
    const stores = rig({ tags: true, fresh: '1s' });
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'old', { tags: 'a' });
    stores.timers.advance(2_000);
    const newer = new Deferred<string>();
    let loads = 0;
    const read = (): Promise<unknown> =>
      cache.getOrLoad(
        '42',
        () => {
          loads++;
          return newer.promise;
        },
        { tags: 'a' },
      );
    return { cache, newer, read, loads: () => loads };
  }

  it('is one for all who are served the old value meanwhile, also where tags move', async () => {
    const { cache, newer, read, loads } = await expired();
    for (let n = 0; n < 3; n++) {
      expect(await read()).toBe('old');
      await settled();
      await cache.invalidateTags('other');
    }
    expect(loads()).toBe(1);
    newer.resolve('new');
    await settled();
    expect(await cache.get('42')).toBe('new');
  });

  it('is stamped by what had been invalidated before it', async () => {
    const { cache, newer, read } = await expired();
    await read();
    await settled();
    await cache.invalidateTags('a');
    newer.resolve('older');
    await settled();
    expect(await cache.get('42')).toBeUndefined();
  });
});
