import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { CasCacheService as Cache } from '../../../../../lib/core/cas-cache.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const embeddedPair = (holds: 'bytes' | 'values'): readonly [CasCacheService, CasCacheService] => {
  const { cache, provider, generations, codec } = new Embedded({ namespace: 'user' }, holds);
  const options = resolveNamespaceOptions({ namespace: 'user.admin' });
  return [cache, new Cache(options, { provider, generations, codec, hooks: [] })];
};

const PAIRS: readonly { readonly name: string; readonly make: () => readonly [CasCacheService, CasCacheService] }[] = [
  ...TOPOLOGIES.map(({ name, rig }) => ({
    name,
    make: () => {
      const one = rig({ namespace: 'user' });
      return [one.cache, one.another({ namespace: 'user.admin' })] as const;
    },
  })),
  { name: 'embedded, values', make: () => embeddedPair('values') },
  { name: 'embedded, bytes', make: () => embeddedPair('bytes') },
];

const fill = async (cache: CasCacheService, key: string, value: unknown): Promise<void> => {
  expect(await cache.setWithGen(key, value, await cache.snapshotGen(key))).toBe('stored');
};

describe.each(PAIRS)('two namespaces: $name', ({ make }) => {
  it('two namespaces never share a key', async () => {
    const [user, admin] = make();
    await fill(user, '42', 'a user');
    expect(await admin.get('42')).toBeUndefined();
    await fill(admin, '42', 'an admin');
    expect(await user.get('42')).toBe('a user');
    expect((await admin.getBulk(['42'])).values).toEqual(new Map([['42', 'an admin']]));
  });

  it('two namespaces never cross-invalidate a key', async () => {
    const [user, admin] = make();
    await fill(user, '42', 'a user');
    await fill(admin, '42', 'an admin');
    await user.invalidate('42');
    expect(await user.get('42')).toBeUndefined();
    expect(await admin.get('42')).toBe('an admin');
    await user.clear();
    expect(await admin.get('42')).toBe('an admin');
    await admin.clear();
    expect(await admin.get('42')).toBeUndefined();
  });
});
