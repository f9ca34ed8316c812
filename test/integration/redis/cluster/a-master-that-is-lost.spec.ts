import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { ask } from '../../../support/redis/failover.js';
import { startCluster } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';
import { WatchedCache } from '../../../support/redis/watched-cache.js';

const KEYS = Array.from({ length: 20 }, (_, n) => `${n}`);

describe('a Redis Cluster of which one master is lost', () => {
  let cluster: RedisCluster;
  let gone: RedisServer;
  let survivors: readonly RedisServer[];
  let timers: ManualTimers;
  /** Whose deadlines pass, and whose do not. */
  let usual: WatchedCache;
  let patient: WatchedCache;
  /** The keys of the master that is lost, and those of the others. */
  let lost: string[];
  let others: string[];

  beforeAll(async () => {
    cluster = await startCluster();
    [gone, ...survivors] = cluster.servers as [RedisServer, ...RedisServer[]];
  });

  afterAll(() => cluster.stop());

  beforeEach(async () => {
    const [namespace, source] = [freshNamespace(), { nodes: cluster.nodes }];
    timers = new ManualTimers();
    usual = new WatchedCache(source, { namespace });
    const owners = await Promise.all(KEYS.map((key) => ownerIn(cluster, usual.at(key))));
    lost = KEYS.filter((_, n) => owners[n] === gone.port);
    others = KEYS.filter((_, n) => owners[n] !== gone.port);
    await until(() => isWell(usual), 'every key was cached');
    // Not before: it never probes a server again that it has given up.
    patient = new WatchedCache(source, { namespace, timers });
    // A server that was restarted may lose what was filled first, to whichever process finds out last.
    await until(async () => (await isWell(patient)) && isWell(usual), 'both had every key');
    usual.events.forget();
    patient.events.forget();
  });

  afterEach(async () => {
    if (gone.pid === undefined) await gone.up();
    await Promise.all([usual.close(), patient.close()]);
  });

  /** Reads every key through, and says whether all of them were hit. */
  const isWell = async ({ cache, events }: WatchedCache): Promise<boolean> => {
    events.forget();
    for (const key of KEYS) await cache.getOrLoad(key, () => 'old');
    return events.of('hit').length === KEYS.length;
  };

  const readAll = async ({ cache }: WatchedCache): Promise<unknown[]> =>
    Promise.all(KEYS.map((key) => cache.getOrLoad(key, () => 'loaded')));

  it('answers the keys of the others, and misses its own without waiting for a deadline', async () => {
    const parts = new Map(KEYS.map((key) => [key, patient.generations.partOf(patient.at(key))]));
    await gone.down('SIGKILL');
    for (let n = 0; n < 3; n++) {
      patient.events.forget();
      expect(await readAll(patient)).toEqual(KEYS.map((key) => (lost.includes(key) ? 'loaded' : 'old')));
      expect(patient.hits().toSorted()).toEqual(others.toSorted());
      expect(patient.events.reasons()).toEqual(lost.map(() => 'unavailable'));
    }
    // The node is that of the keys, by what is known here.
    const part = `127.0.0.1:${gone.port}`;
    expect([...parts].filter(([, of]) => of === part).map(([key]) => key)).toEqual(lost);
    expect(usual.generations.partOf(usual.at(lost[0] as string))).toBe(part);
    await until(async () => (await readAll(usual)) && usual.events.of('breaker').length > 0, 'a breaker opened');
    expect(usual.events.of('breaker')).toEqual([expect.objectContaining({ open: true, part })]);
    usual.events.forget();
    await readAll(usual);
    expect(usual.hits().toSorted()).toEqual(others.toSorted());
  });

  it('fails invalidations of its keys, and carries them out when it is back', async () => {
    await gone.down('SIGKILL');
    const failed = (await usual.cache.invalidate(KEYS).catch((error: unknown) => error)) as CasInvalidateError;
    expect(failed).toBeInstanceOf(CasInvalidateError);
    expect([...failed.failures.keys()]).toEqual(lost);
    expect(usual.cache.stats().pendingInvalidations.keys).toBe(lost.length);
    expect(await readAll(usual)).toEqual(KEYS.map(() => 'loaded'));

    await gone.up();
    await until(() => usual.cache.stats().pendingInvalidations.keys === 0, 'the invalidations landed');
    await until(() => isWell(usual), 'every key was cached again');
    expect(usual.cache.stats().breakerOpen).toBe(false);
  });

  it('lets nobody wait for it who reads from the others, when it does not answer any more', async () => {
    process.kill(gone.pid as number, 'SIGSTOP');
    const waiting = Promise.all(lost.map((key) => patient.cache.getOrLoad(key, () => 'loaded')));
    for (const key of others) expect(await patient.cache.get(key)).toBe('old');
    timers.advance(1_000);
    expect(await waiting).toEqual(lost.map(() => 'loaded'));
    process.kill(gone.pid as number, 'SIGCONT');
    await until(() => isWell(usual), 'every key was hit again');
  });

  it('CLUSTERDOWN: where all slots have to be served, reads miss at once, invalidations fail, and all works again with it', async () => {
    const set = (server: RedisServer, name: string, value: string) =>
      ask(server, (client) => client.config('SET', name, value));
    for (const server of survivors) {
      await set(server, 'cluster-require-full-coverage', 'yes');
      await set(server, 'cluster-node-timeout', '800');
    }
    await gone.down('SIGKILL');
    await until(async () => {
      const infos = await Promise.all(survivors.map((server) => ask(server, (client) => client.cluster('INFO'))));
      return infos.every((info) => info.includes('cluster_state:fail'));
    }, 'the Cluster was down');

    expect(await readAll(patient)).toEqual(KEYS.map(() => 'loaded'));
    expect(patient.events.reasons()).toEqual(KEYS.map(() => 'unavailable'));
    expect(String(patient.events.of('fault').map(({ cause }) => cause))).toContain('CLUSTERDOWN');
    const failed = await patient.cache.invalidate(KEYS).catch((error: unknown) => error);
    expect([...(failed as CasInvalidateError).failures.keys()]).toEqual(KEYS);
    await expect(usual.cache.invalidate(KEYS)).rejects.toBeInstanceOf(CasInvalidateError);

    await gone.up();
    await set(gone, 'cluster-node-timeout', '800');
    await until(() => usual.cache.stats().pendingInvalidations.keys === 0, 'the invalidations landed');
    await until(() => isWell(usual), 'every key was cached again');
  });
});

async function ownerIn({ nodes }: RedisCluster, name: string): Promise<number> {
  return (await ownerOf(nodes, await slotOf(nodes, name))).port;
}
