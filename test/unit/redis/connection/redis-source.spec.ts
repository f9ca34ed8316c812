import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { afterEach, describe, expect, it } from '@jest/globals';

import { CasConfigError } from '../../../../lib/errors.js';
import { oncePerBurst } from '../../../../lib/redis/connection/protocol-options.js';
import { openClient } from '../../../../lib/redis/connection/redis-source.js';
import type { OpenedClient } from '../../../../lib/redis/connection/redis-source.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';

/** Nobody listens there. */
const NOWHERE = { host: '127.0.0.1', port: 1 };

describe('what Redis may be given as', () => {
  const opened: OpenedClient[] = [];
  const open = (source: unknown): OpenedClient => {
    const result = openClient(source);
    result.client.on('error', () => undefined);
    opened.push(result);
    return result;
  };

  afterEach(() => {
    for (const { client } of opened.splice(0)) client.disconnect();
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a number', 6379],
    ['a text that is no URL', 'localhost'],
    ['an empty text', ''],
    ['a URL of something else', 'http://localhost:6379'],
    ['an array of nodes', [{ host: 'a', port: 1 }]],
    ['a function', () => undefined],
    ['an instance of another class', new Map()],
    ['a client of another library', { duplicate: () => undefined, connect: () => undefined, isOpen: true }],
  ])('nil client or bad options is an error at construction: %s', (_case, source) => {
    if (_case === 'a client of another library') Object.setPrototypeOf(source, { on: () => undefined });
    for (const Part of [RedisConnection, RedisProvider, RedisGenerationStore]) {
      expect(() => new Part(source as never)).toThrow(CasConfigError);
    }
  });

  it.each([
    ['redis://127.0.0.1:1/2', 'Redis at 127.0.0.1:1'],
    ['valkey://127.0.0.1:1', 'Redis at 127.0.0.1:1'],
    ['valkeys://:p%40ss@127.0.0.1:1', 'Redis at 127.0.0.1:1'],
    ['unix://:p%40ss@/run/nobody-listens.sock?db=2', 'Redis at /run/nobody-listens.sock'],
  ])('%s is understood, and no password is in its name', (url, where) => {
    expect(open(url).where).toBe(where);
  });

  it('what valkeys:// and unix:// say reaches the client', () => {
    const options = (url: string): RedisOptions => (open(url).client as Redis).options;
    expect(options('valkeys://:p%40ss@127.0.0.1:1')).toMatchObject({ password: 'p@ss', tls: {} });
    const socket = { path: '/run/nobody-listens.sock', db: 2, password: 'p@ss' };
    expect(options('unix://:p%40ss@/run/nobody-listens.sock?db=2')).toMatchObject(socket);
  });

  it.each(['redis://app:hidden1@hidden2@127.0.0.1:1', { nodes: ['redis://app:hidden1@hidden2@127.0.0.1:1'] }])(
    'a URL that is not percent-encoded is refused, and not repeated',
    (source) => {
      const refusal = (): unknown => openClient(source);
      expect(refusal).toThrow(CasConfigError);
      expect(refusal).toThrow('percent-encoded');
      expect(refusal).not.toThrow(/hidden/);
    },
  );

  it('the spelling of node-redis is refused', () => {
    expect(() => openClient({ socket: NOWHERE })).toThrow('the option "socket" of node-redis');
  });

  it('options that ioredis refuses are an error at construction', () => {
    expect(() => open({ sentinels: [{ host: 'a', port: 1 }] })).toThrow(CasConfigError);
  });

  it.each(['all', 'slave', () => []])('a Cluster that reads from replicas is refused: %s', (scaleReads) => {
    const client = new Cluster([NOWHERE], { scaleReads: scaleReads as 'all', lazyConnect: true });
    expect(() => open(client)).toThrow(/scaleReads/);
    expect(() => open({ nodes: [NOWHERE], scaleReads: scaleReads as 'all' })).toThrow(CasConfigError);
  });

  it('a client that reads from a replica is refused', () => {
    expect(() => open({ ...NOWHERE, readOnly: true })).toThrow(/readOnly/);
    expect(() => open({ sentinels: [NOWHERE], name: 'm', role: 'slave' })).toThrow(/role/);
  });

  it('a database of a Cluster is refused', () => {
    expect(() => open({ nodes: [NOWHERE], redisOptions: { db: 1 } })).toThrow(/database 0/);
  });

  it('a keyPrefix is given to the connection or to its parts, not to both', () => {
    const connection = new RedisConnection({ ...NOWHERE });
    expect(() => new RedisProvider(connection, { keyPrefix: 'x:' })).toThrow(CasConfigError);
    return connection.close();
  });

  it('names the server in messages, never its password', () => {
    expect(open({ ...NOWHERE, password: 'secret' }).where).toBe('Redis at 127.0.0.1:1');
    expect(open('redis://me:secret@127.0.0.1:1/2').where).toBe('Redis at 127.0.0.1:1');
    expect(open({ path: '/tmp/nowhere.sock' }).where).toBe('Redis at /tmp/nowhere.sock');
    const nodes = ['redis://me:secret@127.0.0.1:1/0', 'redis://127.0.0.1:2', 3, { host: '127.0.0.1', port: 4 }];
    expect(open({ nodes }).where).toBe('Redis Cluster of 127.0.0.1:1, 127.0.0.1:2, port 3');
  });

  it('takes the keyPrefix of the client away and says it', () => {
    const redis = open(new Redis({ ...NOWHERE, keyPrefix: 'app:', lazyConnect: true }));
    expect([redis.keyPrefix, redis.client.options.keyPrefix]).toEqual(['app:', '']);
    const cluster = open({ nodes: [NOWHERE], redisOptions: { keyPrefix: 'app:' } });
    expect([cluster.keyPrefix, cluster.client.options.keyPrefix]).toEqual(['app:', '']);
  });
});

describe('a connection of ours', () => {
  const clients: (Redis | Cluster)[] = [];
  const ours = <C extends Redis | Cluster>(source: C | object): C => {
    const { client } = openClient(source);
    client.on('error', () => undefined);
    clients.push(client);
    return client as C;
  };

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  const ASKING_FOR_TROUBLE = {
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    maxRetriesPerRequest: null,
    enableAutoPipelining: true,
    lazyConnect: true,
    stringNumbers: true,
    replyMapping: 'resp3',
  } as const;

  it('queues nothing, sends nothing again and waits for nothing, whatever the client does', () => {
    const client = ours(new Redis({ ...NOWHERE, ...ASKING_FOR_TROUBLE }));
    expect(client.options).toMatchObject({
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableAutoPipelining: false,
      lazyConnect: true,
      stringNumbers: false,
      replyMapping: 'legacy',
      socketTimeout: 5_000,
    });
  });

  it('is the same for the nodes of a Cluster', () => {
    const { enableOfflineQueue: _queue, lazyConnect: _lazy, ...redisOptions } = ASKING_FOR_TROUBLE;
    const cluster = ours(
      new Cluster([NOWHERE], { redisOptions: { ...redisOptions, username: 'me' }, lazyConnect: true }),
    );
    expect(cluster.options).toMatchObject({
      enableOfflineQueue: false,
      enableAutoPipelining: false,
      lazyConnect: true,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
    });
    expect(cluster.options.redisOptions).toMatchObject({
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      username: 'me',
      stringNumbers: false,
    });
  });

  it('keeps who the caller is and how to get there', () => {
    const given = {
      ...NOWHERE,
      username: 'me',
      password: 'secret',
      db: 3,
      connectTimeout: 1_234,
      connectionName: 'app',
    };
    expect(ours(new Redis({ ...given, lazyConnect: true })).options).toMatchObject(given);
  });

  it("keeps the caller's retryStrategy, and by default is back within a second", () => {
    const retryStrategy = (): number => 7;
    expect(ours<Redis>({ ...NOWHERE, retryStrategy }).options.retryStrategy?.(1)).toBe(7);
    for (const source of [NOWHERE, new Redis({ ...NOWHERE, lazyConnect: true })]) {
      const chosen = ours<Redis>(source).options.retryStrategy;
      for (const attempt of [1, 10, 1_000_000]) expect(chosen?.(attempt)).toBeLessThan(1_000);
    }
  });

  it('leaves a master that was demoted, and never sends a command again on the new connection', () => {
    const decide = (message: string): unknown =>
      ours<Redis>({
        ...NOWHERE,
        reconnectOnError: (error: Error) => (error.message === 'theirs' ? 2 : false),
      }).options.reconnectOnError?.(new Error(message));
    expect([decide("READONLY You can't write"), decide('theirs'), decide('other')]).toEqual([true, true, false]);
  });

  it('leaves it once, however many commands are answered so at once', () => {
    const { reconnectOnError } = ours<Redis>({ ...NOWHERE }).options;
    const demoted = new Error('READONLY');
    expect([reconnectOnError?.(demoted), reconnectOnError?.(demoted)]).toEqual([true, false]);
  });

  it('leaves it again when it is demoted again later', () => {
    let time = 1_000;
    const leaves = oncePerBurst(
      () => true,
      () => time,
    );
    const decide = (): boolean => leaves(new Error('READONLY'));
    const atOnce = [decide(), decide(), decide()];
    time = 1_050;
    const later = [decide(), decide()];
    expect([atOnce, later]).toEqual([
      [true, false, false],
      [true, false],
    ]);
  });
});
