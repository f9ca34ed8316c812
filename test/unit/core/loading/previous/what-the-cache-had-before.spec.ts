import { describe, expect, it } from '@jest/globals';

import { CasValueError } from '../../../../../lib/errors.js';
import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { tenants } from '../../../../support/core/tenants.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

interface Row {
  name: string;
  tags: string[];
}

const SOFT = { ttl: '1h', fresh: '1m' } as const;
const row = (name: string): Row => ({ name, tags: ['a'] });

/** Keys past their soft ttl. */
async function aged(rig: (options?: RigOptions) => Rig, options: RigOptions = {}, keys = ['42']) {
  const stores = rig(options);
  const cache = stores.another<Row>(options);
  for (const key of keys) await cache.getOrLoad(key, () => row(key), SOFT);
  stores.timers.advance(90_000);
  return { stores, cache };
}

describe.each(TOPOLOGIES)('ctx.previous: $name', ({ rig }) => {
  it('is what the cache has of a key that is loaded anew, with its age', async () => {
    const { cache } = await aged(rig);
    const told: unknown[] = [];
    const load = (ctx: LoadContext<Row>): Row => {
      told.push(ctx.previous, ctx.previousOf('42'), ctx.previousOf('43'));
      return row('new');
    };
    await cache.getOrLoad('42', load, SOFT);
    await settled();
    const previous = { value: row('42'), ageMs: 90_000 };
    expect(told).toEqual([previous, previous, undefined]);
    expect(await cache.get('42')).toEqual(row('new'));
  });

  it('is there as well for a load that is waited for', async () => {
    const { cache } = await aged(rig);
    const load = (ctx: LoadContext<Row>): Row => row(`${ctx.previous?.value.name} again`);
    expect(await cache.getOrLoad('42', load, { ...SOFT, softTimeout: '1s' })).toEqual(row('42 again'));
  });

  it('is that of each key in a load of many', async () => {
    const { cache } = await aged(rig, {}, ['a', 'b']);
    const told: unknown[] = [];
    const load = (keys: string[], ctx: LoadContext<Row>): Map<string, Row> => {
      told.push(...keys.map((key) => ctx.previousOf(key)?.value.name), ctx.previous?.value.name);
      return new Map([
        ['a', ctx.keep('a')],
        ['b', row('new b')],
      ]);
    };
    await cache.getOrLoadMany(['a', 'b'], load, SOFT);
    await settled();
    expect(told).toEqual(['a', 'b', 'a']);
    expect((await cache.getBulk(['a', 'b'])).values).toEqual(
      new Map([
        ['a', row('a')],
        ['b', row('new b')],
      ]),
    );
  });

  it('is none on a miss, where keep is an error', async () => {
    const stores = rig();
    const told: unknown[] = [];
    const load = (ctx: LoadContext): unknown => {
      told.push(ctx.previous);
      return ctx.keep();
    };
    await expect(stores.cache.getOrLoad('42', load, SOFT)).rejects.toThrow(CasValueError);
    await expect(stores.cache.getOrLoadMany(['42'], (_, ctx) => new Map([['42', ctx.keep()]]), SOFT)).rejects.toThrow(
      'there is no previous value',
    );
    expect(told).toEqual([undefined]);
  });

  it.each(['copy', 'frozen', 'reference'] as const)(
    "is no way to alter what is cached, with isolation '%s'",
    async (isolation) => {
      const { cache } = await aged(rig, { isolation });
      const served = await cache.getOrLoad(
        '42',
        (ctx) => {
          const kept = ctx.keep();
          if (isolation === 'copy') kept.tags.push('of the loader');
          return kept;
        },
        SOFT,
      );
      // The caller has its hit before the load has ended.
      if (isolation === 'copy') served.tags.push('of the caller');
      await settled();
      expect(await cache.get('42')).toEqual(row('42'));
    },
  );
});

describe.each(TOPOLOGIES)('ctx.keep(): $name', ({ rig }) => {
  it('lets the value live on, as fresh as one that was loaded', async () => {
    const { stores, cache } = await aged(rig);
    let loads = 0;
    const keep = (ctx: LoadContext<Row>): Row => {
      loads++;
      return ctx.keep();
    };
    expect(await cache.getOrLoad('42', keep, SOFT)).toEqual(row('42'));
    await settled();
    expect(cache.stats().fills.stored).toBe(2);
    stores.timers.advance(59_000);
    expect(await cache.getOrLoad('42', keep, SOFT)).toEqual(row('42'));
    await settled();
    expect(loads).toBe(1);
    stores.timers.advance(1_000);
    const told: unknown[] = [];
    await cache.getOrLoad(
      '42',
      (ctx) => {
        told.push(ctx.previous?.ageMs);
        return ctx.keep();
      },
      SOFT,
    );
    await settled();
    expect(told).toEqual([60_000]);
  });

  it('lives as long as the loader says', async () => {
    const { stores, cache } = await aged(rig);
    const load = (ctx: LoadContext<Row>): Row => {
      ctx.ttl = '2m';
      ctx.fresh = '10s';
      return ctx.keep();
    };
    await cache.getOrLoad('42', load, SOFT);
    await settled();
    stores.timers.advance(10_000);
    const told: unknown[] = [];
    await cache.getOrLoad(
      '42',
      (ctx) => {
        told.push(ctx.previous?.ageMs);
        return row('new');
      },
      SOFT,
    );
    await settled();
    expect(told).toEqual([10_000]);
  });

  it('is not meant when the loader returns something else', async () => {
    const { cache } = await aged(rig);
    await cache.getOrLoad('42', (ctx) => ({ ...ctx.keep(), name: 'newer' }), SOFT);
    await settled();
    expect(await cache.get('42')).toEqual(row('newer'));
  });
});

describe('keys of a partition', () => {
  it('are those of the caller', async () => {
    const { cache, timers } = tenants<Row>();
    for (const key of ['a', 'b']) await cache.getOrLoad(key, () => row(key), SOFT);
    timers.advance(90_000);
    const told: unknown[] = [];
    await cache.getOrLoadMany(
      ['a', 'b'],
      (keys, ctx) => {
        told.push(keys, ctx.previous?.value.name, ctx.previousOf('b')?.value.name);
        return new Map(keys.map((key) => [key, ctx.keep(key)]));
      },
      SOFT,
    );
    await settled();
    expect(told).toEqual([['a', 'b'], 'a', 'b']);
    await cache.getOrLoad(
      'a',
      (ctx) => {
        told.push('loaded');
        return ctx.keep();
      },
      SOFT,
    );
    expect(told).toHaveLength(3);
  });
});
