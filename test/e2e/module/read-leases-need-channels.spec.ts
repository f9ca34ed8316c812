import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, CasConfigError } from 'nestjs-cascache';
import type { CasCacheNamespaceOptions, CasInvalidateError } from 'nestjs-cascache';

import { applications, errorOf } from '../../support/nest/applications.js';
import { ask } from '../../support/redis/failover.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const { start } = applications();
const RIGHTS = [
  '+get',
  '+mget',
  '+set',
  '+unlink',
  '+pttl',
  '+pexpire',
  '+time',
  '+eval',
  '+evalsha',
  '+scan',
  '+info',
];
const OF_LEASES = ['+hget', '+hset', '+hmget', '+hgetall', '+hdel', '+del', '+publish', '+subscribe'];

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

const startAs = async (readLease: true | 'honour', ...rules: readonly string[]) => startWith({ readLease }, rules);

const startWith = async (options: Partial<CasCacheNamespaceOptions>, rules: readonly string[]) => {
  await ask(server, (client) => client.call('acl', 'setuser', 'app', 'reset', 'on', '>secret', ...rules));
  return start({
    imports: [
      CasCacheModule.forRoot({
        logger: false,
        redis: server.url.replace('redis://', 'redis://app:secret@'),
        topology: 'near',
        keyPrefix: 'shop:',
        defaults: { timeout: '5s' },
      }),
      CasCacheModule.forFeature({ namespace: 'user', ...options }),
    ],
  });
};

describe('an application with read leases', () => {
  it.each<[string, true | 'honour', readonly string[]]>([
    ['the channels', true, ['~shop:*', ...RIGHTS, ...OF_LEASES]],
    ['the channels of one that honours', 'honour', ['~shop:*', ...RIGHTS, ...OF_LEASES]],
    ['a command of the scripts', true, ['~shop:*', '&shop:*', ...RIGHTS, ...OF_LEASES, '-hgetall']],
    ['SUBSCRIBE', true, ['~shop:*', '&shop:*', ...RIGHTS, ...OF_LEASES, '-subscribe']],
    ['the registry', true, ['~shop:single:*', '~shop:gen:*', '~shop:cas:*', '&shop:*', ...RIGHTS, ...OF_LEASES]],
  ])('does not start where its user lacks %s, and says what to allow', async (_, readLease, rules) => {
    const error = await errorOf(() => startAs(readLease, ...rules));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('readLease of namespace "user"');
    expect(error.message).toContain('~shop:leases:* and the channels &shop:leases:*');
  });

  it('starts with the rights that it names', async () => {
    const app = await startAs(true, '~shop:*', '&shop:leases:*', ...RIGHTS, ...OF_LEASES);
    await app.get(CasCacheRegistry).get('user').invalidate('a');
    expect(app.get(CasCacheRegistry).get('user').stats().readLeases).toMatchObject({ announcements: 1 });
  });

  it('needs none of them without the option', async () => {
    const app = await startWith({ namespace: 'plain' }, ['~shop:*', ...RIGHTS]);
    await app.get(CasCacheRegistry).get('plain').invalidate('a');
  });

  it('starts without the option beside one that has it, and says at the first invalidation what is missing', async () => {
    await startAs(true, '~shop:*', '&shop:leases:*', ...RIGHTS, ...OF_LEASES);
    const app = await startWith({}, ['~shop:*', ...RIGHTS]);
    const refused = await errorOf(() => app.get(CasCacheRegistry).get('user').invalidate('a'));
    const { failures } = refused as CasInvalidateError;
    expect(String(failures.get('a'))).toContain('~shop:leases:* and the channels &shop:leases:*');
  });
});
