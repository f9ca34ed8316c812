import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { SeveralCopies } from '../../../../support/core/several-copies.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const CACHES: readonly { readonly name: string; readonly make: () => CasCacheService }[] = [
  ...TOPOLOGIES.map(({ name, rig }) => ({ name, make: () => rig().cache })),
  { name: 'copies in process over shared bytes', make: () => new SeveralCopies().one.cache },
  { name: 'embedded, values', make: () => new Embedded().cache },
  { name: 'embedded, bytes', make: () => new Embedded({}, 'bytes').cache },
];

describe.each(CACHES)('the life of an entry: $name', ({ make }) => {
  it('miss → fill → hit → invalidate → miss → late fill refused → fresh fill hits', async () => {
    const cache = make();
    expect(await cache.get('42')).toBeUndefined();

    const first = await cache.snapshotGen('42');
    expect(await cache.setWithGen('42', { name: 'Linus' }, first)).toBe('stored');
    expect(await cache.get('42')).toEqual({ name: 'Linus' });

    await cache.invalidate('42');
    expect(await cache.get('42')).toBeUndefined();
    expect(await cache.setWithGen('42', { name: 'Linus' }, first)).toBe('stale');
    expect(await cache.get('42')).toBeUndefined();

    const second = await cache.snapshotGen('42');
    expect(second).toBeGreaterThan(first);
    expect(await cache.setWithGen('42', { name: 'Tommy Lee Jones' }, second)).toBe('stored');
    expect(await cache.get('42')).toEqual({ name: 'Tommy Lee Jones' });
  });

  it('invalidates many keys as it does one, and a key given twice once', async () => {
    const cache = make();
    const observed = await cache.snapshotGens(['a', 'b', 'c']);
    for (const key of ['a', 'b', 'c']) await cache.setWithGen(key, key, observed.get(key) as number);
    await cache.invalidate(['a', 'b', 'a']);
    expect(await cache.getBulk(['a', 'b', 'c'])).toEqual({ values: new Map([['c', 'c']]), missing: ['a', 'b'] });
    expect(cache.stats().invalidations).toBe(2);
  });

  it('caches null, false, 0 and the empty text', async () => {
    const cache = make();
    const observed = await cache.snapshotGens(['null', 'false', '0', 'text']);
    const values = new Map<string, unknown>([
      ['null', null],
      ['false', false],
      ['0', 0],
      ['text', ''],
    ]);
    for (const [key, value] of values) {
      expect(await cache.setWithGen(key, value, observed.get(key) as number)).toBe('stored');
      expect(await cache.get(key)).toBe(value);
    }
    expect((await cache.getBulk([...values.keys()])).values).toEqual(values);
  });
});
