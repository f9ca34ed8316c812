import { describe, expect, it } from '@jest/globals';

import { asCacheManager } from '../../../../../lib/nest/cache-manager/as-cache-manager.js';
import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { HandLeases, leased } from '../../../../support/core/hand-leases.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { RecordedEvents } from '../../../../support/core/recorded-events.js';
import type { RigOptions } from '../../../../support/core/rig.js';
import { tenants } from '../../../../support/core/tenants.js';
import { ATOMIC, NEAR, TIERED_ATOMIC, TOPOLOGIES, WITH_BULK, WITH_BYTES } from '../../../../support/core/topologies.js';

interface Guarded {
  readonly cache: CasCacheService;
  readonly events: RecordedEvents;
}

/** Every way to put a cache together, read leases included, under which hits need no question. */
const WAYS: readonly { readonly name: string; readonly make: (options: RigOptions) => Guarded }[] = [
  { name: 'memory, in cells', make: (options) => new Embedded(options) },
  ...TOPOLOGIES.map(({ name, rig }) => ({
    name: `scripted ${name}`,
    make: (options: RigOptions): Guarded => rig(options),
  })),
  ...[NEAR, TIERED_ATOMIC].map((topology) => ({
    name: `under a read lease, ${topology.name}`,
    make: (options: RigOptions): Guarded => leased(topology, new HandLeases(), options),
  })),
];

/** What a guard was asked, and what it answers: nothing passes that is called bad. */
function guardOf(answer: (good: boolean) => boolean | Promise<boolean> = (good) => good) {
  const asked: [string, unknown][] = [];
  const readGuard = (key: string, value: string): boolean | Promise<boolean> => {
    asked.push([key, value]);
    return answer(!value.startsWith('bad'));
  };
  return { asked, readGuard };
}

const load = (): string => 'loaded';

describe.each(WAYS)('a read guard: $name', ({ make }) => {
  it('is asked of every hit, with its key and value, and of nothing that was just loaded', async () => {
    const { asked, readGuard } = guardOf();
    const { cache } = make({ readGuard });
    expect(await cache.getOrLoad('42', load)).toBe('loaded');
    expect(asked).toEqual([]);
    expect(await cache.get('42')).toBe('loaded');
    expect(await cache.getOrLoad('42', load)).toBe('loaded');
    expect((await cache.getBulk(['42'])).values.get('42')).toBe('loaded');
    expect((await cache.getOrLoadMany(['42'], () => new Map())).get('42')).toBe('loaded');
    expect(await asCacheManager(cache).get('42')).toBe('loaded');
    expect(asked).toEqual(Array.from({ length: 5 }, () => ['42', 'loaded']));
  });

  it.each<[string, (good: boolean) => boolean | Promise<boolean>]>([
    ['answers', (good) => good],
    ['promises', async (good) => good],
  ])('that %s a veto makes each a miss of its own reason, and deletes the entry', async (_, answer) => {
    const reads: ((cache: CasCacheService) => unknown)[] = [
      (cache) => cache.get('42'),
      async (cache) => cache.getSync('42'),
      async (cache) => (await cache.getBulk(['42'])).values.get('42'),
      (cache) => asCacheManager(cache).get('42'),
    ];
    for (const read of reads) {
      const { cache, events } = make({ readGuard: guardOf(answer).readGuard });
      await cache.getOrLoad('42', () => 'bad');
      expect(await read(cache)).toBeUndefined();
      await settled();
      const { misses, heals, faults } = cache.stats();
      expect(faults.guard).toBe(0);
      // Without I/O nothing may have been asked.
      if (heals.vetoed === 0) continue;
      expect(heals.vetoed).toBe(1);
      expect(misses.vetoed).toBe(read === reads[1] ? misses.vetoed : 1);
      expect(events.of('heal')).toMatchObject([{ key: '42', reason: 'vetoed' }]);
      await cache.get('42');
      expect(cache.stats().misses.absent).toBe(2);
    }
  });

  it('makes a read that loads load anew', async () => {
    const { cache } = make({ readGuard: guardOf().readGuard });
    for (const key of ['a', 'b']) await cache.getOrLoad(key, () => 'bad');
    expect(await cache.getOrLoad('a', load)).toBe('loaded');
    expect(await cache.getOrLoadMany(['a', 'b'], (keys) => new Map(keys.map((key) => [key, 'many'])))).toEqual(
      new Map([
        ['a', 'loaded'],
        ['b', 'many'],
      ]),
    );
    expect(await cache.get('b')).toBe('many');
  });

  it.each<[string, () => boolean | Promise<boolean>]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('that %s has vetoed, and is a fault', async (_, readGuard) => {
    const { cache, events } = make({ readGuard });
    await cache.getOrLoad('42', load);
    expect(await cache.get('42')).toBeUndefined();
    expect(events.of('fault')).toMatchObject([{ operation: 'guard', key: '42', cause: { message: 'broken' } }]);
    expect(cache.stats().misses.vetoed).toBe(1);
  });

  it('that answers a promise makes getSync answer nothing', async () => {
    const { cache } = make({ readGuard: async () => true });
    await cache.getOrLoad('42', load);
    expect(cache.getSync('42')).toBeUndefined();
    await settled();
    expect(await cache.get('42')).toBe('loaded');
  });

  it('is asked of what a lease or a cell stands for', async () => {
    let good = true;
    const { cache } = make({ readGuard: () => good });
    await cache.getOrLoad('42', load);
    await cache.get('42');
    await settled();
    good = false;
    expect(cache.getSync('42')).toBeUndefined();
    expect(await cache.get('42')).toBeUndefined();
  });

  it('lets nothing pass but true', async () => {
    const { cache } = make({ readGuard: (() => 1) as never });
    await cache.getOrLoad('42', load);
    expect(await cache.get('42')).toBeUndefined();
  });

  it('is asked of what a request has found before', async () => {
    let good = true;
    const { cache } = make({ readGuard: () => good, consistency: 'request' });
    await cache.getOrLoad('42', load);
    await runInCasRequest(async () => {
      expect(await cache.getOrLoad('42', () => 'again')).toBe('loaded');
      good = false;
      expect(await cache.getOrLoad('42', () => 'again')).toBe('again');
    });
  });
});

describe.each(TOPOLOGIES)('a read guard, $name', ({ rig }) => {
  it('is asked of an old value before that stands in for a load that fails', async () => {
    const { readGuard } = guardOf();
    const stores = rig({ readGuard });
    const options = { ttl: '1h', fresh: '1m', softTimeout: '1s', staleIfError: true } as const;
    await stores.cache.getOrLoad('42', () => 'bad', options);
    stores.timers.advance(60_000);
    const fail = (): never => {
      throw new Error('the database is down');
    };
    await expect(stores.cache.getOrLoad('42', fail, options)).rejects.toThrow('the database is down');
  });

  it('that does not answer in time has vetoed, which says nothing of the stores', async () => {
    const stores = rig({ readGuard: () => new Deferred<boolean>().promise });
    for (let i = 0; i < 10; i++) {
      await stores.cache.getOrLoad('42', load);
      const read = stores.cache.get('42');
      await settled();
      stores.timers.advance(250);
      expect(await read).toBeUndefined();
    }
    const { faults, breakerOpen, misses } = stores.cache.stats();
    expect([faults.guard, faults.get, misses.vetoed, breakerOpen]).toEqual([10, 0, 10, false]);
  });
});

it.each(WITH_BYTES)('a hit that a guard refuses says of the store that it has answered: $name', async ({ rig }) => {
  const stores = rig({ readGuard: () => false });
  await stores.cache.getOrLoad('42', load);
  stores.failReads('throw');
  await stores.cache.get('43');
  expect(stores.components.breaker.quiet).toBe(false);
  stores.mend();
  await stores.cache.get('42');
  expect(stores.components.breaker.quiet).toBe(true);
});

it('a guard is asked of a hit on a key that this process has not asked for yet', async () => {
  const stores = ATOMIC.rig();
  await stores.cache.getOrLoad('42', () => 'bad');
  const { atomic } = stores;
  Object.assign(atomic ?? {}, { isNew: () => true, readOrIssue: (name: string) => atomic?.read(name) });
  const other = stores.another({ readGuard: guardOf().readGuard });
  expect(await other.getOrLoad('42', load)).toBe('loaded');
});

describe.each(WITH_BULK)('a read guard over bulk entries, $name', ({ rig }) => {
  it('drops a frame with a member that it refuses, and serves the others', async () => {
    const stores = rig({ readGuard: guardOf().readGuard });
    const rows = new Map([
      ['a', 'good'],
      ['b', 'bad'],
    ]);
    await stores.cache.getOrLoadMany(['a', 'b'], () => rows);
    expect(stores.entries.held.has(stores.bulkAt('a', 'b'))).toBe(true);
    expect(await stores.cache.getBulk(['a', 'b'])).toEqual({ values: new Map([['a', 'good']]), missing: ['b'] });
    await settled();
    expect([...stores.entries.held.keys()]).toEqual([stores.at('a')]);
  });
});

it('a read guard of a namespace with partitions is asked with the key of the caller', async () => {
  const { asked, readGuard } = guardOf();
  const { cache } = tenants({ readGuard });
  await cache.getOrLoad('42', load);
  expect(await cache.get('42')).toBe('loaded');
  expect(asked).toEqual([['42', 'loaded']]);
});
