import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

interface Row {
  readonly tags: string[];
}

const READS: readonly (readonly [string, (stores: Rig) => Promise<Row>])[] = [
  ['get', async ({ cache }) => (await cache.get('42')) as Row],
  ['getBulk', async ({ cache }) => (await cache.getBulk(['42'])).values.get('42') as Row],
];
const AGES: readonly (readonly [string, RigOptions, number])[] = [
  ['plain', {}, 0],
  ['past its soft ttl', { fresh: 1_000 }, 1_000],
];

describe.each([TIERED, TIERED_ATOMIC])('the first hit from behind: $name', ({ rig }) => {
  describe.each(READS)('by %s', (_, read) => {
    describe.each(AGES)('%s', (__, options, age) => {
      /** Stored by another process: near has nothing of it. */
      const behind = async (isolation: 'frozen' | 'copy' | 'reference'): Promise<Rig> => {
        const stores = rig({ ...options, isolation });
        await stores.cache.setWithGen('42', { tags: ['a'] }, await stores.cache.snapshotGen('42'));
        stores.near?.held.clear();
        stores.timers.advance(age);
        return stores;
      };

      it("is frozen under isolation 'frozen', and the object that later hits share", async () => {
        const stores = await behind('frozen');
        const first = await read(stores);
        expect(Object.isFrozen(first.tags)).toBe(true);
        await settled();
        expect(await read(stores)).toBe(first);
      });

      it("is private under 'copy'", async () => {
        const stores = await behind('copy');
        const first = await read(stores);
        first.tags.push('spoilt');
        await settled();
        first.tags.push('spoilt');
        expect(stores.near?.held.size).toBe(1);
        expect(await read(stores)).toEqual({ tags: ['a'] });
      });

      it("is the object that near keeps under 'reference'", async () => {
        const stores = await behind('reference');
        const first = await read(stores);
        await settled();
        expect(await read(stores)).toBe(first);
      });
    });
  });

  it('is served also when it is of a kind that cannot be frozen', async () => {
    const stores = rig({ isolation: 'frozen' });
    stores.seed('42', null);
    stores.near?.held.clear();
    stores.codec.decode = () => new Map([['a', 1]]);
    expect(await stores.cache.get('42')).toEqual(new Map([['a', 1]]));
    expect(stores.near?.held.size).toBe(0);
    expect(stores.events.faults()).toEqual(['set']);
  });
});
