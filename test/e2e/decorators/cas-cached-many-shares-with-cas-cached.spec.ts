import { beforeEach, describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, runInCasTransaction } from 'nestjs-cascache';
import type { CasCacheService, CasTopology } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications } from '../../support/nest/applications.js';
import { UserRows } from '../../support/nest/user-rows.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';
import { until } from '../../support/redis/until.js';

const { compile } = applications();

const ada = { id: 1, name: 'Ada' };
const barbara = { id: 2, name: 'Barbara' };

describe.each<CasTopology>(['memory', 'near', 'redis', 'tiered'])('in topology %s', (topology) => {
  let users: UserRows;
  let cache: CasCacheService;
  beforeEach(async () => {
    const redis = topology === 'memory' ? undefined : await sharedRedis();
    const namespace = freshNamespace();
    const app = await compile({
      imports: [
        CasCacheModule.forRoot({ topology, redis, logger: false, defaults: { timeout: '10s' } }),
        CasCacheModule.forFeature(namespace),
      ],
      providers: [UserRows],
    });
    users = app.get(UserRows);
    cache = app.get(CasCacheRegistry).get(namespace);
  });

  it('a row that was found among many is served to who asks for it alone', async () => {
    await users.findMany([1, 2]);
    expect([await users.find(2), await users.find(1)]).toEqual([barbara, ada]);
    expect(users.calls).toEqual([[[1, 2]]]);
  });

  it('a value that was found alone is served among many', async () => {
    await users.find(2);
    expect(await users.findMany([1, 2])).toEqual([ada, barbara]);
    expect(users.calls).toEqual([[2], [[1]]]);
  });

  it('one that is known not to be there is neither asked for nor answered', async () => {
    expect(await users.find(404)).toBeNull();
    expect(await users.findMany([404, 1])).toEqual([ada]);
    expect(users.calls).toEqual([[404], [[1]]]);
  });

  it('many join the load of one that runs, and ask for the others only', async () => {
    users.gate = new Deferred();
    const one = users.find(1);
    await until(() => users.calls.length === 1, 'the first call loads');
    const many = users.findMany([2, 1]);
    await until(() => users.calls.length === 2, 'the second call loads');
    users.gate.resolve();
    expect(await many).toEqual([barbara, ada]);
    expect(await one).toEqual(ada);
    expect(users.calls).toEqual([[1], [[2]]]);
    expect(cache.stats().loads.shared).toBe(1);
  });

  it('one joins the load of many that runs', async () => {
    users.gate = new Deferred();
    const many = users.findMany([2, 1]);
    await until(() => users.calls.length === 1, 'the first call loads');
    const one = users.find(1);
    await until(() => cache.stats().loads.shared === 1, 'the second call joins');
    users.gate.resolve();
    expect([await one, await many]).toEqual([ada, [barbara, ada]]);
    expect(users.calls).toEqual([[[2, 1]]]);
  });

  it('a row that is invalidated is loaded anew, alone and among many', async () => {
    await users.findMany([1, 2, 3]);
    await users.rename(2, 'Grace');
    expect((await users.findMany([1, 2, 3])).map(({ name }) => name)).toEqual(['Ada', 'Grace', 'Donald']);
    expect(await users.find(2)).toEqual({ id: 2, name: 'Grace' });
    expect(users.calls).toEqual([[[1, 2, 3]], [[2]]]);
  });

  it('a row that is invalidated while it is loaded is not stored, and its load not joined any more', async () => {
    users.gate = new Deferred();
    const before = users.findMany([1, 2]);
    await until(() => users.calls.length === 1, 'the first call loads');
    await users.rename(2, 'Grace');
    const after = users.findMany([1, 2]);
    await until(() => users.calls.length === 2, 'the second call loads');
    users.gate.resolve();
    expect((await before).map(({ name }) => name)).toEqual(['Ada', 'Barbara']);
    expect((await after).map(({ name }) => name)).toEqual(['Ada', 'Grace']);
    expect((await users.findMany([1, 2])).map(({ name }) => name)).toEqual(['Ada', 'Grace']);
    expect(users.calls).toEqual([[[1, 2]], [[2]]]);
  });

  it('what a transaction wrote is read past the cache in it, and the other rows are hits', async () => {
    await users.findMany([1, 2]);
    await runInCasTransaction(async () => {
      await users.rename(2, 'Grace');
      expect((await users.findMany([1, 2])).map(({ name }) => name)).toEqual(['Ada', 'Grace']);
    });
    expect(users.calls).toEqual([[[1, 2]], [[2]]]);
    expect((await users.findMany([2])).map(({ name }) => name)).toEqual(['Grace']);
  });
});
