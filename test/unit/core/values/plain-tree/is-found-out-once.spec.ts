import { describe, expect, it } from '@jest/globals';

import type { LiveEntry } from '../../../../../lib/contracts/provider.js';
import { singleKey } from '../../../../../lib/keys/storage-keys.js';
import { planOf, UNPLANNED } from '../../../../../lib/core/values/copy-plan.js';
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
    expect(entryOf(await filled('copy', value()))).toHaveProperty('plan', UNPLANNED);
    const shared = { n: 1 };
    expect(entryOf(await filled('copy', { parts: [shared, shared] }))).not.toHaveProperty('plan');
    expect(entryOf(await filled('copy', 'text'))).not.toHaveProperty('plan');
    expect(entryOf(await filled('frozen', value()))).not.toHaveProperty('plan');
    expect(entryOf(await filled('reference', value()))).not.toHaveProperty('plan');
  });

  it('is followed, once it was read, by where its objects are: for all readers after that one', async () => {
    const stores = await filled('copy', value());
    for (let n = 0; n < 3; n++) {
      expect(await stores.cache.get('42')).toEqual(value());
      expect(entryOf(stores)).toHaveProperty('plan', planOf(value()));
    }
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
