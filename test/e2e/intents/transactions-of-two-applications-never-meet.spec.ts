import { describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, runInCasTransaction } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile } = applications();

async function application() {
  const app = await compile({
    imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
    providers: [UserRepository],
  });
  return { users: app.get(UserRepository), cache: app.get(CasCacheRegistry).get('user'), app };
}

describe('two applications in one process, with the same classes', () => {
  it('a transaction of one does not hold back the invalidations of the other', async () => {
    const [one, other] = [await application(), await application()];
    const [begun, end] = [new Deferred(), new Deferred()];
    const transaction = runInCasTransaction(async () => {
      await one.users.rename('1', 'Ada');
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    await other.users.find('1');
    await other.users.rename('1', 'Grace');
    expect([one.cache.stats().invalidations, other.cache.stats().invalidations]).toEqual([0, 1]);
    expect(await other.cache.snapshotGen('1')).toBeGreaterThan(0);
    end.resolve();
    await transaction;
    expect(one.cache.stats().invalidations).toBe(1);
  });

  it('in a transaction, what one has written is still served by the other', async () => {
    const [one, other] = [await application(), await application()];
    for (const { users } of [one, other]) await users.find('1');
    await runInCasTransaction(async () => {
      await one.users.rename('1', 'Ada');
      expect((await one.users.find('1')).name).toBe('Ada');
      expect((await other.users.find('1')).name).toBe('Linus');
    });
    expect([one.users.reads, other.users.reads]).toEqual([2, 1]);
    expect(one.cache.stats().misses['written-here']).toBe(1);
    expect(other.cache.stats().misses['written-here']).toBe(0);
  });

  it('a transaction over both invalidates in both, and in one of them if the other is closed', async () => {
    const [one, other] = [await application(), await application()];
    const both = async (): Promise<void> => {
      await one.users.rename('1', 'Ada');
      await other.users.rename('1', 'Ada');
    };
    await runInCasTransaction(both);
    expect([one.cache.stats().invalidations, other.cache.stats().invalidations]).toEqual([1, 1]);
    await one.app.close();
    await expect(runInCasTransaction(both)).rejects.toMatchObject({ code: 'CAS_INVALIDATE', namespace: 'user' });
    expect(other.cache.stats().invalidations).toBe(2);
  });
});
