import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { TagClock, TagStore } from '../../../../lib/contracts/tag-store.js';
import { tagClockKey, tagTableKey } from '../../../../lib/keys/storage-keys.js';
import { KeyNames } from '../../../../lib/redis/cells/key-names.js';
import { DirectCommands } from '../../../../lib/redis/scripts/direct-commands.js';
import { Vetting } from '../../../../lib/redis/vetting/vetting.js';
import { Process } from '../../../support/redis/cached-key.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { ask, promoteWithout, replicate } from '../../../support/redis/failover.js';
import { startCluster, startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const HOUR = 3_600_000;
const NAMESPACE = 't';
const KEY = `single:${NAMESPACE}:a`;
const OLDER_MARKER = 'cas:vetted';
const MARKER = 'cas:vetted-2';

const tagsOf = (process: Process, namespace = NAMESPACE): TagStore => process.generations.tags.of(namespace);

describe('tags of a server that starts from a snapshot older than the last invalidations', () => {
  let server: RedisServer;
  const processes: Process[] = [];

  const start = (options = {}): Process => {
    const process = new Process(server.url, options);
    processes.push(process);
    return process;
  };

  beforeEach(async () => {
    server = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await server.stop();
  });

  const restartFromSnapshot = async (before: () => Promise<unknown>): Promise<void> => {
    await ask(server, (client) => client.save());
    await before();
    await server.down('SIGKILL');
    await server.up();
  };

  /** The clock as soon as the server may be read from. */
  const clockOf = async (process: Process): Promise<TagClock | undefined> => {
    await until(() => works(async () => tagsOf(process).current()), 'the server could be read from again');
    return tagsOf(process).current();
  };

  it.each(['invalidate', 'clear'] as const)(
    'have no clock any more, to a process that was connected before and to one that starts now: %s',
    async (lost) => {
      const process = start();
      const before = await tagsOf(process).snapshot();
      await restartFromSnapshot(async () =>
        lost === 'clear' ? tagsOf(process).clear() : tagsOf(process).invalidate(['a'], HOUR),
      );
      expect(await clockOf(process)).toBeUndefined();
      expect(await tagsOf(process).catchUp(0, 10, ['a'])).toBeUndefined();
      const later = start();
      expect(await clockOf(later)).toBeUndefined();
      expect((await tagsOf(later).snapshot()).era).toBeGreaterThan(before.seq);
    },
  );

  it("have the old one with onFailover: 'trust'", async () => {
    const process = start({ onFailover: 'trust' });
    const before = await tagsOf(process).snapshot();
    await restartFromSnapshot(async () => tagsOf(process).invalidate(['a'], HOUR));
    expect(await clockOf(process)).toEqual(before);
  });

  it('have none under the prefix of the process that looks, and another keeps its own', async () => {
    const [ours, theirs] = [start({ keyPrefix: 'ours:' }), start({ keyPrefix: 'theirs:' })];
    await tagsOf(ours).snapshot();
    const kept = await tagsOf(theirs).snapshot();
    await theirs.close();
    await restartFromSnapshot(async () => undefined);
    expect(await clockOf(ours)).toBeUndefined();
    const found = await ask(server, (client) => client.get(`theirs:${tagClockKey(NAMESPACE, 'theirs:')}`));
    expect(found).toBe(`${kept.era};${kept.seq}`);
  });

  it('is vetted for what is ours alone: what other programs keep under such names stays', async () => {
    await tagsOf(start()).snapshot();
    const theirs = await ask(server, async (client) => {
      await client.mset('clock:{x}', 'noon', 'clock:{}', '1;1', 'clock:{a:b}', '1;1', 'tags:{y}', 'text');
      await client.zadd('tags:{z}', 1, 'a');
      await client.sadd('tags:{s}', 'a');
      await client.zadd('other:tags:{t}', 1, '@');
      return (await client.keys('*')).filter((name) => !name.includes(`{${NAMESPACE}}`) && !name.startsWith('cas:'));
    });
    await restartFromSnapshot(async () => undefined);
    await clockOf(start());
    const kept = await ask(server, (client) => client.keys('*'));
    expect(kept).toEqual(expect.arrayContaining(theirs));
    expect(kept.filter((name) => name === tagClockKey(NAMESPACE) || name === tagTableKey(NAMESPACE))).toEqual([]);
  });

  it("has lost none of its generations where an older build's marker names it, and all of its tags", async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    await tagsOf(process).snapshot();
    await ask(server, (client) => client.rename(MARKER, OLDER_MARKER));
    const later = start();
    expect(await later.hits(KEY, generation)).toBe(true);
    expect(await tagsOf(later).current()).toBeUndefined();
    // Now it is marked for this build, too.
    const begun = await tagsOf(later).snapshot();
    expect(await tagsOf(start()).current()).toEqual(begun);
    expect(await start().hits(KEY, generation)).toBe(true);
  });

  it("has lost both where an older build's marker is of another server", async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    await tagsOf(process).snapshot();
    await ask(server, async (client) => {
      await client.rename(MARKER, OLDER_MARKER);
      await client.set(
        OLDER_MARKER,
        String(await client.get(OLDER_MARKER)).replace(/^./, (first) => (first === '0' ? '1' : '0')),
      );
    });
    const later = start();
    expect(await later.hits(KEY, generation)).toBe(false);
    expect(await tagsOf(later).current()).toBeUndefined();
  });
});

describe('tags of a replica that is promoted without the last invalidations', () => {
  it('have no clock any more', async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    const [master, replica] = await Promise.all([startRedis({ args }), startRedis({ args })]);
    await replicate(master, replica);
    const sentinel = await startSentinel(master);
    const process = new Process({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' });
    try {
      const tags = tagsOf(process);
      const before = await tags.snapshot();
      await promoteWithout(async () => tags.invalidate(['a'], HOUR), {
        master,
        replica,
        by: ['replicaof', 'no', 'one'],
      });
      expect(await ask(replica, (client) => client.get(tagClockKey(NAMESPACE)))).toBe(`${before.era};${before.seq}`);
      await ask(sentinel, async (client) => {
        await client.call('sentinel', 'REMOVE', 'mymaster');
        await client.call('sentinel', 'MONITOR', 'mymaster', '127.0.0.1', replica.port, 1);
      });
      await master.down('SIGKILL');
      const seen: (TagClock | undefined)[] = [];
      await until(() => works(async () => void seen.push(await tags.current())), 'the new master was read from');
      expect(seen).toEqual([undefined]);
      expect((await tags.snapshot()).era).toBeGreaterThan(before.seq);
    } finally {
      await process.close();
      await Promise.all([sentinel, master, replica].map((server) => server.stop('SIGKILL')));
    }
  });
});

describe('tags on the masters of a Cluster', () => {
  /** The node without slots. */
  const SPARE = 3;
  let cluster: RedisCluster;
  let redis: Redis[];

  beforeAll(async () => {
    cluster = await startCluster({ spares: 1 });
    redis = cluster.nodes.map((node) => new Redis({ ...node }));
  });

  afterAll(async () => {
    for (const client of redis) client.disconnect();
    await cluster.stop();
  });

  const vetting = (): Vetting => new Vetting(new KeyNames('', true), '', true);

  it('are kept where the marker of their own names it, and else go, master by master', async () => {
    const process = new Process({ nodes: cluster.nodes });
    const namespaces = Array.from({ length: 20 }, (_, n) => `n${n}`);
    const begun = await Promise.all(namespaces.map(async (each) => tagsOf(process, each).snapshot()));
    await process.close();

    const later = new Process({ nodes: cluster.nodes });
    expect(await Promise.all(namespaces.map(async (each) => tagsOf(later, each).current()))).toEqual(begun);
    await later.close();

    const [spoilt, ...others] = redis.slice(0, 3) as [Redis, Redis, Redis];
    await spoilt.del(...(await spoilt.keys(`${MARKER}:*`)));
    const here = new Set(await spoilt.keys('clock:*'));
    expect(here.size).toBeGreaterThan(0);
    expect(here.size).toBeLessThan(namespaces.length);
    const last = new Process({ nodes: cluster.nodes });
    const clocks = await Promise.all(namespaces.map(async (each) => tagsOf(last, each).current()));
    expect(clocks).toEqual(namespaces.map((each, n) => (here.has(tagClockKey(each)) ? undefined : begun[n])));
    expect(await spoilt.keys('tags:*')).toEqual([]);
    expect((await Promise.all(others.map((client) => client.keys('tags:*')))).flat().length).toBe(20 - here.size);
    await last.close();
  });

  it('that arrived at a master while it had no slots go with what it has no marker for', async () => {
    const process = new Process({ nodes: cluster.nodes.slice(0, 3) });
    const tags = tagsOf(process, 'moving');
    const before = await tags.snapshot();
    const slot = await slotOf(cluster.nodes, tagClockKey('moving'));
    const [from, to] = [await ownerOf(cluster.nodes, slot), cluster.nodes[SPARE] as (typeof cluster.nodes)[number]];
    const client = redis[SPARE] as Redis;
    await beginMove({ slot, from, to });
    await moveKeys({ slot, from, to });
    const arrived = async (): Promise<unknown[]> => {
      const asked = client
        .pipeline()
        .call('asking')
        .call('get', [tagClockKey('moving')]);
      const replies = await asked
        .call('asking')
        .call('zcard', [tagTableKey('moving')])
        .exec();
      return [replies?.[1]?.[1], replies?.[3]?.[1]];
    };
    expect(await arrived()).toEqual([`${before.era};${before.seq}`, 3]);
    await vetting().vet(new DirectCommands(client));
    expect(await arrived()).toEqual([null, 0]);
    await endMove({ slot, from, to });
    expect((await tags.snapshot()).era).toBeGreaterThan(before.seq);
    await process.close();
  });
});
