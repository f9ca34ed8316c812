import { describe, expect, it } from '@jest/globals';

import type { LiveEntry } from '../../../../../lib/contracts/provider.js';
import { singleKey } from '../../../../../lib/keys/storage-keys.js';
import { Embedded } from '../../../../support/core/embedded.js';

const AT = singleKey('user', '42');

interface Value {
  parts: { n: number }[];
}

const value = (): Value => ({ parts: [{ n: 1 }] });

async function filled(isolation: 'copy' | 'frozen' | 'reference', kept: unknown): Promise<Embedded> {
  const stores = new Embedded({ isolation }, 'values apart');
  await stores.cache.getOrLoad('42', () => kept);
  return stores;
}

const entryOf = ({ provider }: Embedded): LiveEntry => provider.get(AT) as LiveEntry;

describe('whether a kept value is a plain tree', () => {
  it("is noted in its entry, where the isolation is 'copy'", async () => {
    expect(entryOf(await filled('copy', value()))).toHaveProperty('isTree', true);
    const shared = { n: 1 };
    expect(entryOf(await filled('copy', { parts: [shared, shared] }))).not.toHaveProperty('isTree');
    expect(entryOf(await filled('copy', 'text'))).not.toHaveProperty('isTree');
    expect(entryOf(await filled('frozen', value()))).not.toHaveProperty('isTree');
    expect(entryOf(await filled('reference', value()))).not.toHaveProperty('isTree');
  });

  it('may be forgotten by the provider: hits are copied all the same', async () => {
    const stores = await filled('copy', value());
    const { gen, payload } = entryOf(stores);
    stores.provider.set(AT, { gen, payload }, { ttlMs: 60_000 });
    const hit = (await stores.cache.get('42')) as Value;
    expect(hit).toEqual(value());
    hit.parts.push({ n: 2 });
    expect(await stores.cache.get('42')).toEqual(value());
  });
});
