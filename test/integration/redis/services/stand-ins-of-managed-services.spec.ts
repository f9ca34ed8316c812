import { afterEach, describe, expect, it } from '@jest/globals';

import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { ask } from '../../../support/redis/failover.js';
import { SERVICES } from '../../../support/redis/managed-services.js';
import { standInFor } from '../../../support/redis/stand-in.js';
import type { Differences, StandIn } from '../../../support/redis/stand-in.js';
import { until } from '../../../support/redis/until.js';
import { WatchedCache } from '../../../support/redis/watched-cache.js';

const TRUST: RedisConnectionOptions = { onFailover: 'trust' };
const SLOTS = 16_384;
const KEY = 'a';

const faultsOf = ({ events }: WatchedCache<number>): string[] =>
  events.of('fault').map(({ cause }) => (cause as Error).message);

describe('stand-ins of managed services', () => {
  let service: StandIn;
  let warnings: string[];
  let watched: WatchedCache<number>;

  const start = async (differences: Differences, connection: RedisConnectionOptions = {}): Promise<void> => {
    warnings = [];
    service = await standInFor(differences);
    let source: RedisSource = service.url;
    if (differences.cluster === true) {
      await ask(service.server, (client) =>
        client.cluster('ADDSLOTS', ...Array.from({ length: SLOTS }, (_, slot) => slot)),
      );
      await until(
        () => ask(service.server, async (client) => (await client.cluster('INFO')).includes('state:ok')),
        'it was up',
      );
      source = { nodes: [{ host: '127.0.0.1', port: service.server.port }] };
    }
    const onWarning = (message: string): number => warnings.push(message);
    watched = new WatchedCache(source, { namespace: 'n', timeout: '5s', connection: { ...connection, onWarning } });
  };

  const load = (value: number): Promise<number> => watched.cache.getOrLoad(KEY, async () => value);

  afterEach(async () => {
    await watched.close().catch(() => undefined);
    await service.stop();
  });

  it.each([
    ['ElastiCache', SERVICES.elastiCache, {}],
    ['MemoryDB', SERVICES.memoryDb, {}],
    ['Azure Cache for Redis', SERVICES.azureCache, {}],
    ['Memorystore for Redis', SERVICES.memorystore, {}],
    ['Memorystore for Valkey', SERVICES.memorystoreForValkey, {}],
    ['Upstash', SERVICES.upstash, TRUST],
    ['Redis Software, Redis Cloud, Azure Managed Redis', SERVICES.redisSoftware, TRUST],
  ])('%s: everything works, with the options that fit', async (_, differences: Differences, options) => {
    await start(differences, options);
    expect([await load(1), await load(2)]).toEqual([1, 1]);
    await watched.cache.invalidate(KEY);
    expect([await load(2), await load(3)]).toEqual([2, 2]);
    await watched.cache.setBulkWithGens(
      new Map([
        ['b', 1],
        ['c', 2],
      ]),
      await watched.cache.snapshotGens(['b', 'c']),
    );
    expect([...(await watched.cache.getBulk(['b', 'c'])).values.entries()]).toEqual([
      ['b', 1],
      ['c', 2],
    ]);
    await watched.cache.withWriteIntent([KEY], async () => {
      expect(await load(4)).toBe(4);
    });
    expect(await load(5)).toBe(5);
    await watched.cache.clear();
    expect(await load(6)).toBe(6);
    expect(watched.events.of('fault')).toEqual([]);
    expect(warnings.filter((message) => !message.includes('script flags'))).toEqual([]);
  });

  it.each([
    ['Upstash', SERVICES.upstash],
    ['Redis Software, Redis Cloud, Azure Managed Redis', SERVICES.redisSoftware],
    ['a server whose scripts may not call INFO', { notInScripts: ['info'] }],
  ])(
    '%s: what cannot be vetted is not read from, and the fault says what to set',
    async (_, differences: Differences) => {
      await start(differences);
      expect([await load(1), await load(2)]).toEqual([1, 2]);
      await watched.cache.invalidate(KEY);
      expect(await load(3)).toBe(3);
      expect(watched.hits()).toEqual([]);
      const messages = faultsOf(watched);
      expect(messages[0]).toMatch(/INFO/);
      expect(messages[0]).toContain("onFailover: 'trust'");
    },
  );

  it('a server that does not know WAIT: no invalidation counts, no old value is served', async () => {
    await start({ unknown: ['wait'] }, { waitReplicas: 1 });
    expect([await load(1), await load(2)]).toEqual([1, 1]);
    await expect(watched.cache.invalidate(KEY)).rejects.toThrow(/could not be invalidated/);
    expect(await load(3)).toBe(3);
    expect(faultsOf(watched)).toEqual([expect.stringMatching(/waitReplicas/)]);
  });

  it.each([
    ['does not know SELECT', { unknown: ['select'] }],
    ['lets its user not SELECT', { forbidden: ['select'] }],
  ])('a server that %s is not used, where another database was asked for', async (_, differences: Differences) => {
    await start(differences);
    const other = new WatchedCache<number>({ port: service.port, db: 3 }, { namespace: 'n' });
    try {
      expect(await load(1)).toBe(1);
      expect(await other.cache.getOrLoad(KEY, async () => 2)).toBe(2);
      await expect(other.cache.invalidate(KEY)).rejects.toThrow();
      expect(await load(3)).toBe(1);
      expect(faultsOf(other)[0]).toMatch(/SELECT.*Leave `db` out/);
    } finally {
      await other.close().catch(() => undefined);
    }
  });

  it('a server without SCRIPT is sent each script with its first call', async () => {
    await start({ unknown: ['script'] });
    expect([await load(1), await load(2)]).toEqual([1, 1]);
    expect(service.sent).toContain('eval');
    expect(watched.events.of('fault')).toEqual([]);
  });

  it('a server without TIME is given nothing to keep, and an invalidation says so', async () => {
    await start({ unknown: ['time'] }, TRUST);
    expect([await load(1), await load(2)]).toEqual([1, 2]);
    await expect(watched.cache.invalidate(KEY)).rejects.toThrow(/could not be invalidated/);
    expect(await ask(service.server, (client) => client.dbsize())).toBe(0);
  });
});
