import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SYSTEM_TIMERS } from '../../../../lib/common/timers.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisLeaseWire } from '../../../../lib/redis/leases/redis-lease-wire.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';

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
    const answer = await wire.announce('1', () => 'a;1;w;*');
    expect(answer).toMatchObject({ registry: 'r2', holders: new Map() });
    expect(answer.young).toBeGreaterThan(0);
    await wire.hold('x', 2, '');
    expect(await wire.look()).toEqual({ registry: 'r2', holders: new Map([['x', '2']]) });
  });

  it('is young when it was made by an announcement, and names its holders', async () => {
    const first = await wire.announce('1', () => 'a;1;w;*');
    expect(first).toMatchObject({ registry: 'r1', holders: new Map() });
    expect(first.young).toBeGreaterThan(0);
    await wire.hold('x', 1, '');
    expect((await wire.announce('2', () => 'a;2;w;*')).holders).toEqual(new Map([['x', '1']]));
  });
});
