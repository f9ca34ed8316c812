import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SYSTEM_TIMERS } from '../../../../lib/common/timers.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { announcementText, parseMessage } from '../../../../lib/redis/leases/messages.js';
import { RedisLeaseWire } from '../../../../lib/redis/leases/redis-lease-wire.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

let connection: RedisConnection;
let wire: RedisLeaseWire;
let namespace: string;

beforeEach(async () => {
  namespace = freshNamespace();
  connection = new RedisConnection(await sharedRedis());
  let tokens = 0;
  const token = (): string => `r${++tokens}`;
  const names = { namespace, writer: 'w', token, deltaMs: 300, timers: SYSTEM_TIMERS };
  wire = new RedisLeaseWire(connection, names);
});

afterEach(() => connection.close());

describe('the registry of read leases', () => {
  it('has the last number of each holder, and none that comes late', async () => {
    await wire.hold('x', 2, '');
    await wire.hold('x', 1, '');
    expect(await wire.look()).toEqual({ registry: 'r1', holders: new Map([['x', '2']]) });
  });

  it('has a holder in the place of its former one', async () => {
    await wire.hold('x', 1, '');
    await wire.hold('y', 1, 'x');
    expect((await wire.look())?.holders).toEqual(new Map([['y', '1']]));
  });

  it('loses those that have not renewed since they were seen, and only in the registry that they were seen in', async () => {
    await wire.hold('x', 2, '');
    expect(await wire.reap('r1', new Map([['x', '1']]))).toBe(0);
    expect(await wire.reap('another', new Map([['x', '2']]))).toBe(0);
    expect(await wire.reap('r1', new Map([['x', '2']]))).toBe(1);
    expect((await wire.look())?.holders).toEqual(new Map());
  });

  it.each([
    ['another server, as a snapshot brings it along', ['run', 'another']],
    ['a time that is none', ['since', 'long ago']],
  ])('is made anew, and names nobody, where it is one of %s', async (_, [field, value]) => {
    await wire.hold('x', 1, '');
    await connection.call(['hset', `leases:{${namespace}}`, field as string, value as string]);
    const answer = await wire.announce('1', announcementText('1', 'all'));
    expect(answer).toMatchObject({ registry: 'r2', holders: new Map() });
    expect(answer.young).toBeGreaterThan(0);
    await wire.hold('x', 2, '');
    expect(await wire.look()).toEqual({ registry: 'r2', holders: new Map([['x', '2']]) });
  });

  it('is young when it was made by an announcement, and names its holders', async () => {
    const first = await wire.announce('1', announcementText('1', 'all'));
    expect(first).toMatchObject({ registry: 'r1', holders: new Map() });
    expect(first.young).toBeGreaterThan(0);
    await wire.hold('x', 1, '');
    expect((await wire.announce('2', announcementText('2', 'all'))).holders).toEqual(new Map([['x', '1']]));
  });

  it('an announcement of tags has their clock behind it, as it reads when it is published, where there is one', async () => {
    const heard: string[] = [];
    const client = new Redis(await sharedRedis());
    try {
      client.on('message', (_: string, text: string) => heard.push(text));
      await client.subscribe(`leases:{${namespace}}@0:a`);
      await wire.announce('1', announcementText('1', { tags: ['t;', 'ü'] }));
      await connection.call(['set', `clock:{${namespace}}`, '7;9']);
      await wire.announce('2', announcementText('2', { tags: ['t;', 'ü'] }));
      await wire.announce('3', announcementText('3', ['k']));
      await connection.call(['del', `clock:{${namespace}}`]);
      await connection.call(['sadd', `clock:{${namespace}}`, 'x']);
      await wire.announce('4', announcementText('4', { tags: ['t'] }));
      await until(() => heard.length === 4, 'all were heard');
      const what = heard.map((text) => parseMessage(text)).map((one) => one?.kind === 'announcement' && one.what);
      expect(what).toEqual(['all', { era: 7, seq: 9, tags: ['t;', 'ü'] }, ['k'], 'all']);
    } finally {
      client.disconnect();
    }
  });
});
