import { describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheService, CasTopology } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications } from '../../support/nest/applications.js';
import { begin, Table, TableRepository } from '../../support/nest/written-table.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';
import { until } from '../../support/redis/until.js';

const { compile } = applications();

const LEASE_MS = 5_000;

interface Setting {
  readonly name: string;
  readonly topology: CasTopology;
  readonly redis?: () => Promise<string | Awaited<ReturnType<typeof sharedCluster>>>;
}

const SHARED = ['near', 'redis', 'tiered'] as const;
const SETTINGS: readonly Setting[] = [
  { name: 'memory', topology: 'memory' },
  ...SHARED.map((topology) => ({ name: `${topology}, on a Redis`, topology, redis: sharedRedis })),
  ...SHARED.map((topology) => ({ name: `${topology}, on a Redis Cluster`, topology, redis: sharedCluster })),
];

/** Two replicas of an application over one database; in topology memory, which is for one, twice the same. */
async function replicas({ topology, redis }: Setting) {
  const namespace = freshNamespace();
  const table = new Table();
  const replica = async () => {
    const root = CasCacheModule.forRoot({ topology, redis: await redis?.() });
    const app = await compile({
      imports: [root, CasCacheModule.forFeature({ namespace, intentLease: LEASE_MS, timeout: '10s' })],
      providers: [TableRepository, { provide: Table, useValue: table }],
    });
    const cache = app.get(CasCacheRegistry).get<string>(namespace);
    await until(() => fills(cache), 'the Redis is older than a lease');
    return { repository: app.get(TableRepository), cache };
  };
  const writer = await replica();
  return { table, writer, reader: redis === undefined ? writer : await replica() };
}

/** Not before the server has stood for a lease: until then an intent may be open that it does not know of. */
async function fills(cache: CasCacheService<string>): Promise<boolean> {
  const outcome = await cache.setWithGen('probe', 'x', await cache.snapshotGen('probe'));
  return outcome === 'stored';
}

describe.each(SETTINGS)('@CasInvalidate({ intent: true }): $name', (setting) => {
  it('reads during the write miss, in every replica, and fill nothing; after it they are fresh', async () => {
    const { table, writer, reader } = await replicas(setting);
    for (const { repository } of [writer, reader]) expect(await repository.find('42')).toBe('old');
    const write = await begin(writer.repository, table, 'new');
    for (const { repository, cache } of [writer, reader]) {
      expect(await repository.find('42')).toBe('old');
      expect(await cache.get('42')).toBeUndefined();
      expect(await cache.snapshotGen('42')).toBe(0);
    }
    write.commit();
    // Committed, and not yet invalidated: this is where a cache without intents still serves the old row.
    await Promise.resolve();
    expect(await reader.repository.find('42')).toBe('new');
    expect(await write.ended).toBe('new');
    expect(await reader.repository.find('42')).toBe('new');
    const { reads } = table;
    for (const { repository } of [reader, writer]) expect(await repository.find('42')).toBe('new');
    expect(table.reads).toBeLessThanOrEqual(reads + 1);
  });

  it('a load that began before the write, or during it, fills nothing when it ends after it', async () => {
    const { table, writer, reader } = await replicas(setting);
    const [early, late] = [new Deferred(), new Deferred()];
    const loads = [reader.repository.findSlowly('42', early.promise)];
    await until(() => table.reads === 1, 'the first load has begun');
    const write = await begin(writer.repository, table, 'new');
    loads.push(reader.repository.findSlowly('42', late.promise));
    early.resolve();
    expect(await loads[0]).toBe('old');
    expect(await reader.cache.get('42')).toBeUndefined();
    write.commit();
    await write.ended;
    late.resolve();
    await loads[1];
    expect(await reader.cache.get('42')).toBeUndefined();
  });

  it('two writers: the key stays closed until the last of them has ended', async () => {
    const { table, writer, reader } = await replicas(setting);
    await reader.repository.find('42');
    const first = await begin(writer.repository, table, 'first');
    const second = await begin(reader.repository, table, 'second');
    first.commit();
    await first.ended;
    expect(await reader.repository.find('42')).toBe('first');
    expect(await reader.cache.get('42')).toBeUndefined();
    second.commit();
    await second.ended;
    expect(await writer.repository.find('42')).toBe('second');
    expect(await writer.cache.get('42')).toBe('second');
  });

  it('a write that throws leaves the key open to readers, and its old value behind', async () => {
    const { table, writer, reader } = await replicas(setting);
    const write = await begin(writer.repository, table, 'new');
    const failure = new RangeError('rolled back');
    write.fail(failure);
    await expect(write.ended).rejects.toBe(failure);
    expect(await reader.repository.find('42')).toBe('old');
    expect(await reader.cache.get('42')).toBe('old');
    expect(writer.cache.stats()).toMatchObject({ intents: { opened: 1, lost: 0 }, invalidations: 1 });
  });

  it('other keys are served all the while', async () => {
    const { table, writer, reader } = await replicas(setting);
    await reader.repository.find('43');
    const write = await begin(writer.repository, table, 'new');
    expect(await reader.cache.get('43')).toBe('old');
    write.commit();
    await write.ended;
    expect(await reader.cache.get('43')).toBe('old');
  });
});
