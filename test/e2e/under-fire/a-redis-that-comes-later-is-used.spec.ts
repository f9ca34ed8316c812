import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCacheModule } from 'nestjs-cascache';
import type { CasTopology } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until, works } from '../../support/redis/until.js';

const { compile } = applications();

describe.each<CasTopology>(['redis', 'near', 'tiered'])('topology %s, with no Redis at the start', (topology) => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await startRedis();
    await redis.down('SIGKILL');
  });
  afterEach(() => redis.stop('SIGKILL'));

  const application = async (): Promise<UserRepository> => {
    const root = CasCacheModule.forRoot({
      topology,
      redis: { host: '127.0.0.1', port: redis.port },
      logger: false,
    });
    const app = await compile({ imports: [root, CasCacheModule.forFeature('user')], providers: [UserRepository] });
    return app.get(UserRepository);
  };

  it('every read is answered by the source; when Redis comes, reads hit without a restart', async () => {
    const users = await application();
    for (let i = 0; i < 10; i++) expect((await users.find('1')).name).toBe('Linus');
    expect(users.reads).toBe(10);

    await redis.up();
    const hit = async (): Promise<boolean> => {
      const { reads } = users;
      await users.find('1');
      return users.reads === reads;
    };
    await until(hit, 'a read hit');

    await until(() => works(() => users.rename('1', 'Ada')), 'an invalidation landed');
    expect((await users.find('1')).name).toBe('Ada');
  });

  it('a write that could not be announced is not served from before, also when Redis comes', async () => {
    const users = await application();
    await users.find('1');
    await expect(users.rename('1', 'Ada')).rejects.toThrow('could not be invalidated');
    await redis.up();
    await until(async () => {
      expect((await users.find('1')).name).toBe('Ada');
      const { reads } = users;
      expect((await users.find('1')).name).toBe('Ada');
      return users.reads === reads;
    }, 'the invalidation landed and a read hit');
  });
});
