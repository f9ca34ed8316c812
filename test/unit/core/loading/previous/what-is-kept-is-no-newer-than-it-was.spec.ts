import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { ScriptedLeases } from '../../../../support/core/scripted-leases.js';
import { TOPOLOGIES, WITH_BYTES } from '../../../../support/core/topologies.js';

const SOFT = { ttl: '1h', fresh: '1m' } as const;
const WAITING = { ...SOFT, softTimeout: '1s' } as const;

/** As one that cannot reach its source may do: what it had is to live on, whatever happened to it. */
const keep = (ctx: LoadContext): unknown => (ctx.previous === undefined ? 'from the source' : ctx.keep());

/** The one place for a loader, until it is let go. */
async function occupied(cache: CasCacheService): Promise<Deferred<string>> {
  const place = new Deferred<string>();
  void cache.getOrLoad('the place', () => place.promise);
  await settled();
  return place;
}

async function aged(stores: Rig): Promise<void> {
  await stores.cache.getOrLoad('42', () => 'old', SOFT);
  stores.timers.advance(60_000);
}

describe.each(TOPOLOGIES)('a value that a loader keeps: $name', ({ rig }) => {
  it('is not stored when the key was invalidated while the loader ran', async () => {
    const stores = rig();
    await aged(stores);
    const gate = new Deferred();
    const answer = stores.cache.getOrLoad(
      '42',
      async (ctx) => {
        await gate.promise;
        return ctx.keep();
      },
      SOFT,
    );
    expect(await answer).toBe('old');
    await settled();
    await stores.cache.invalidate('42');
    gate.resolve();
    await settled();
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.cache.stats().fills.stale).toBe(1);
  });

  it('is no answer to a caller that comes after the invalidation, while the loader is still to be called', async () => {
    const stores = rig({ maxLoads: 1 });
    await aged(stores);
    const place = await occupied(stores.cache);
    const first = stores.cache.getOrLoad('42', keep, WAITING);
    await settled();
    await stores.cache.invalidate('42');
    const second = stores.cache.getOrLoad('42', keep, WAITING);
    const many = stores.cache.getOrLoadMany(['42'], (_, ctx) => new Map([['42', keep(ctx)]]), WAITING);
    await settled();
    place.resolve('done');
    expect(await second).toBe('from the source');
    expect(await many).toEqual(new Map([['42', 'from the source']]));
    expect(await first).toBe('old');
    expect(await stores.cache.get('42')).toBe('from the source');
  });

  it('is the answer to all that come under the same generation meanwhile', async () => {
    const stores = rig({ maxLoads: 1 });
    await aged(stores);
    const place = await occupied(stores.cache);
    let loads = 0;
    const counted = (ctx: LoadContext): unknown => {
      loads++;
      return ctx.keep();
    };
    const answers = [1, 2, 3].map(() => stores.cache.getOrLoad('42', counted, WAITING));
    await settled();
    place.resolve('done');
    expect(await Promise.all(answers)).toEqual(['old', 'old', 'old']);
    expect(loads).toBe(1);
  });

  it('keeps its tags, and ends with them', async () => {
    const stores = rig({ tags: true });
    await stores.cache.getOrLoad(
      '42',
      (ctx) => {
        ctx.tag('orders');
        return 'old';
      },
      SOFT,
    );
    stores.timers.advance(60_000);
    expect(await stores.cache.getOrLoad('42', keep, SOFT)).toBe('old');
    await settled();
    expect(await stores.cache.get('42')).toBe('old');
    await stores.cache.invalidateTags('orders');
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  /** A load in the place of a hit that carries a tag, which is invalidated between the hit and the load. */
  async function overtakenByATag() {
    let invalidated: Promise<void> | undefined;
    const onEvent = (): void => {
      if (stores.timers.now() > 0) invalidated ??= stores.cache.invalidateTags('orders');
    };
    const stores: Rig = rig({ tags: true, hooks: [{ events: ['hit'], onEvent }] });
    await stores.cache.getOrLoad('42', () => 'old', { ...SOFT, tags: 'orders' });
    stores.timers.advance(60_000);
    const gate = new Deferred();
    const first = stores.cache.getOrLoad(
      '42',
      async (ctx) => {
        await gate.promise;
        return keep(ctx);
      },
      WAITING,
    );
    await settled();
    await invalidated;
    return { stores, gate, first };
  }

  it('does not outlive the invalidation of a tag that came between its hit and its load', async () => {
    const { stores, gate, first } = await overtakenByATag();
    gate.resolve();
    expect(await first).toBe('old');
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('nor does a caller get it that comes after that', async () => {
    const { stores, gate, first } = await overtakenByATag();
    const second = stores.cache.getOrLoad('42', () => 'new', WAITING);
    await settled();
    gate.resolve();
    expect(await first).toBe('old');
    expect(await second).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
  });
});

describe.each(WITH_BYTES)("with stampede: 'replicas': $name", (topology) => {
  it('nothing of a generation that ended while another replica was waited for is shown, or kept', async () => {
    const rig = topology.rig();
    const leases = new ScriptedLeases(() => rig.timers.now(), rig.log);
    rig.generations.leases = leases;
    const [one, other] = [1, 2].map(() => rig.another({ stampede: 'replicas', stampedeWait: '10s' })) as [
      CasCacheService,
      CasCacheService,
    ];
    await one.getOrLoad('42', () => 'old', SOFT);
    rig.timers.advance(60_000);
    const held = new Deferred<string>();
    // Stores nothing.
    const first = one.getOrLoad(
      '42',
      (ctx) => {
        ctx.skip();
        return held.promise;
      },
      { ...SOFT, softTimeout: '30s' },
    );
    await settled();
    const told: unknown[] = [];
    const load = (ctx: LoadContext): unknown => {
      told.push(ctx.previous);
      return keep(ctx);
    };
    const second = other.getOrLoad('42', load, { ...SOFT, softTimeout: '30s' });
    await settled();
    await one.invalidate('42');
    held.resolve('skipped');
    await pass(rig.timers, 1_000, 20);
    expect(await first).toBe('skipped');
    expect(await second).toBe('from the source');
    expect(told).toEqual([undefined]);
    expect(await other.get('42')).toBe('from the source');
  });
});
