import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import type { Ttl } from '../../../../lib/common/ttl.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { generationKey, singleKey } from '../../../../lib/keys/storage-keys.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { RecordedEvents } from '../../../support/core/recorded-events.js';
import { ask } from '../../../support/redis/failover.js';
import { lineTo } from '../../../support/redis/line.js';
import type { Line } from '../../../support/redis/line.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const NAMESPACE = 'n';
const ENTRY = singleKey(NAMESPACE, 'a');
/** No test that passes takes so long. */
const PATIENT = '60s';

type Topology = 'redis' | 'near' | 'tiered';

class Replica {
  readonly events = new RecordedEvents();
  readonly cache: CasCacheService<string>;
  private readonly connection: RedisConnection;

  constructor(url: string, topology: Topology = 'redis', timeout: Ttl = PATIENT) {
    this.connection = new RedisConnection(url, { onWarning: () => undefined });
    this.cache = new CasCacheService<string>(resolveNamespaceOptions({ namespace: NAMESPACE, timeout }), {
      provider: topology === 'near' ? new MemoryProvider() : new RedisProvider(this.connection),
      near: topology === 'tiered' ? new MemoryProvider() : undefined,
      generations: new RedisGenerationStore(this.connection),
      codec: new JsonCodec(),
      hooks: [this.events],
    });
  }

  get outcomes(): string[] {
    return this.events.of('fill').map(({ outcome }) => outcome);
  }

  async close(): Promise<void> {
    await this.cache.close();
    await this.connection.close();
  }
}

describe('a load that ends while the connection to Redis is lost', () => {
  let server: RedisServer;
  let line: Line;
  const open: Replica[] = [];

  const replica = (...args: ConstructorParameters<typeof Replica>): Replica => {
    const made = new Replica(...args);
    open.push(made);
    return made;
  };
  const filled = (one: Replica): Promise<void> => until(() => one.outcomes.length > 0, 'the fill came to something');
  const entry = (): Promise<string | null> => ask(server, (client) => client.get(ENTRY));

  beforeEach(async () => {
    server = await startRedis();
    line = await lineTo(server);
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await line.close();
    await server.stop('SIGKILL');
  });

  describe.each<Topology>(['redis', 'near', 'tiered'])('topology %s', (topology) => {
    it('the caller has its value at once, and the fill lands when the connection is back', async () => {
      const one = replica(line.url, topology);
      const { cache, events } = one;
      const load = async (): Promise<string> => {
        line.cut();
        return 'loaded';
      };
      expect(await cache.getOrLoad('a', load)).toBe('loaded');
      expect(events.of('fill')).toEqual([]);
      line.mend();
      await filled(one);
      expect(one.outcomes).toEqual(['stored']);
      expect(await cache.get('a')).toBe('loaded');
      expect(events.of('fault')).toEqual([]);
    });

    it('so are the values of many keys', async () => {
      const one = replica(line.url, topology);
      const keys = ['a', 'b', 'c'];
      const load = async (): Promise<Map<string, string>> => {
        line.cut();
        return new Map(keys.map((key) => [key, `loaded ${key}`]));
      };
      expect((await one.cache.getOrLoadMany(keys, load)).size).toBe(3);
      expect(one.events.of('bulk-fill')).toEqual([]);
      line.mend();
      await until(() => one.events.of('bulk-fill').length > 0, 'the fill came to something');
      expect(one.outcomes).toEqual(['stored', 'stored', 'stored']);
      expect([...(await one.cache.getBulk(keys)).values]).toEqual(keys.map((key) => [key, `loaded ${key}`]));
    });

    it('what another replica invalidates meanwhile is not filled', async () => {
      const [one, other] = [replica(line.url, topology), replica(server.url, topology)];
      const load = async (): Promise<string> => {
        line.cut();
        return 'old';
      };
      expect(await one.cache.getOrLoad('a', load)).toBe('old');
      await other.cache.invalidate('a');
      line.mend();
      await filled(one);
      expect(one.outcomes).toEqual(['stale']);
      expect(await one.cache.get('a')).toBeUndefined();
      expect(await other.cache.getOrLoad('a', async () => 'new')).toBe('new');
    });
  });

  describe('a fill whose reply was lost is sent again', () => {
    /** Resolves when the fill was carried out, whose sender does not know. Its caller still waits for the reply. */
    const carriedOut = async (one: Replica, value: string): Promise<{ readonly loading: Promise<string> }> => {
      const loading = one.cache.getOrLoad('a', async () => {
        line.loseReplies();
        return value;
      });
      await until(async () => (await entry()) !== null, 'the fill was carried out');
      return { loading };
    };

    it('and stores the same value again, where the entry has gone and nothing else has happened', async () => {
      const one = replica(line.url);
      const { loading } = await carriedOut(one, 'loaded');
      await ask(server, (client) => client.unlink(ENTRY));
      line.cut();
      expect(await loading).toBe('loaded');
      line.mend();
      await filled(one);
      expect(one.outcomes).toEqual(['stored']);
      expect(await one.cache.get('a')).toBe('loaded');
    });

    it('and is refused, where the key was invalidated in between', async () => {
      const [one, other] = [replica(line.url), replica(server.url)];
      const { loading } = await carriedOut(one, 'old');
      await other.cache.invalidate('a');
      line.cut();
      expect(await loading).toBe('old');
      line.mend();
      await filled(one);
      expect(one.outcomes).toEqual(['stale']);
      expect(await entry()).toBeNull();
    });
  });

  it('whose connection was killed, which nobody has noticed when the fill is sent: it lands', async () => {
    const one = replica(server.url);
    const load = async (): Promise<string> => {
      await ask(server, (client) => client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes'));
      return 'loaded';
    };
    expect(await one.cache.getOrLoad('a', load)).toBe('loaded');
    await filled(one);
    expect(one.outcomes).toEqual(['stored']);
    expect(await one.cache.get('a')).toBe('loaded');
  });

  it('a server that comes back with what was true before is vetted before it is filled', async () => {
    const one = replica(line.url);
    const other = new Replica(server.url);
    const load = async (): Promise<string> => {
      await ask(server, (client) => client.save());
      // The crash loses this, and brings back the generation that the load began under.
      await other.cache.invalidate('a');
      // It would vet the server that comes back, before the one that this is about.
      await other.close();
      line.cut();
      await server.down('SIGKILL');
      return 'old';
    };
    expect(await one.cache.getOrLoad('a', load)).toBe('old');
    await server.up();
    expect(await ask(server, (client) => client.exists(generationKey(ENTRY)))).toBe(1);
    line.mend();
    await filled(one);
    expect(one.outcomes).toEqual(['stale']);
    expect(await entry()).toBeNull();
  });

  it('the fill is given up with its deadline, and that is one fault', async () => {
    const one = replica(line.url, 'redis', '300ms');
    const load = async (): Promise<string> => {
      line.cut();
      return 'loaded';
    };
    expect(await one.cache.getOrLoad('a', load)).toBe('loaded');
    await filled(one);
    expect(one.outcomes).toEqual(['unavailable']);
    expect(one.events.of('fault').filter(({ operation }) => operation === 'set')).toHaveLength(1);
  });

  it('a fill whose caller waits for its outcome is refused at once', async () => {
    const one = replica(line.url);
    const observed = await one.cache.snapshotGen('a');
    line.cut();
    expect(await one.cache.setWithGen('a', 'value', observed)).toBe('unavailable');
    const many = await one.cache.setBulkWithGens([['a', 'value']], new Map([['a', observed]]));
    expect(many.outcome).toBe('unavailable');
  });
});
