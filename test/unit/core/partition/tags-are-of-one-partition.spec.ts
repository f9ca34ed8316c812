import { describe, expect, it } from '@jest/globals';

import type { LoadOptions } from '../../../../lib/core/options/load-options.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { partitioned } from '../../../support/core/partitioned.js';
import { NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('the tags of one partition are not those of another: $name', ({ rig }) => {
  it('of values that were stored by hand', async () => {
    const cache = partitioned(rig());
    const parts = [cache.in('a'), cache.in('b')] as const;
    for (const part of parts) {
      expect(await part.setWithGen('1', 'v', await part.observe('1'), { tags: 'x' })).toBe('stored');
      const observed = await part.snapshotGens(['2']);
      expect(await part.setBulkWithGens([['2', 'v']], observed, { tags: ['y', 'x'] })).toMatchObject({
        outcome: 'stored',
      });
    }
    await parts[0].invalidateTags('x');
    expect((await parts[0].getBulk(['1', '2'])).missing).toEqual(['1', '2']);
    expect((await parts[1].getBulk(['1', '2'])).missing).toEqual([]);
  });

  it('of rows, each by the key of the caller', async () => {
    const cache = partitioned(rig());
    const load = (keys: string[]): Map<string, string> => new Map(keys.map((key) => [key, `row ${key}`]));
    const options = { tagsOf: (value: string, key: string) => `${key} is ${value}` };
    for (const part of ['a', 'b']) await cache.in(part).getOrLoadMany(['1', '2'], load, options);
    await cache.in('a').invalidateTags('1 is row 1');
    expect((await cache.in('a').getBulk(['1', '2'])).missing).toEqual(['1']);
    expect((await cache.in('b').getBulk(['1', '2'])).missing).toEqual([]);
  });

  it('of what is named beforehand and by the loader', async () => {
    const cache = partitioned(rig());
    for (const part of ['a', 'b']) {
      await cache.in(part).getOrLoad('named', () => 'v', { tags: 'x' });
      await cache.in(part).getOrLoad('late', (ctx) => {
        ctx.tag('w', 'x');
        return 'v';
      });
    }
    await cache.in('a').invalidateTags('x');
    expect((await cache.in('a').getBulk(['named', 'late'])).missing).toEqual(['named', 'late']);
    expect((await cache.in('b').getBulk(['named', 'late'])).missing).toEqual([]);
  });
});

describe('a call in a partition', () => {
  it('names the tags of its caller in an error', async () => {
    const stores = NEAR.rig();
    const down = new CasUnavailableError('The server is down.');
    stores.generations.tags.script.fail('invalidate', 'reject', down);
    await expect(partitioned(stores).in('a').invalidateTags(['x', 'y'])).rejects.toMatchObject({
      failedTags: new Map([
        ['x', down],
        ['y', down],
      ]),
    });
  });

  it('has the options of its method behind its own tags', async () => {
    const stores = NEAR.rig();
    const method: LoadOptions<string> = { ttl: '7s', unless: () => false };
    const call = Object.create(method, { tags: { value: 'x', enumerable: true } }) as LoadOptions<string>;
    await partitioned(stores)
      .in('a')
      .getOrLoad('1', () => 'v', call);
    expect([...stores.entries.held.values()].map(({ ttlMs }) => ttlMs)).toEqual([7_000]);
  });
});
