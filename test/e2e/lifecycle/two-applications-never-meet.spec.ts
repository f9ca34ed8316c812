import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile, start } = applications();

const application = () => ({
  imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
  providers: [UserRepository],
});

@Injectable()
class Named {
  reads = 0;

  @CasCached({ namespace: 'user' })
  async find(): Promise<number> {
    return ++this.reads;
  }
}

describe('two applications in one process, with the same classes', () => {
  it('share neither values nor invalidations nor statistics', async () => {
    const [one, other] = [await compile(application()), await compile(application())];
    const [mine, theirs] = [one.get(UserRepository), other.get(UserRepository)];
    theirs.name = 'Ada';

    expect([(await mine.find('1')).name, (await theirs.find('1')).name]).toEqual(['Linus', 'Ada']);
    await mine.rename('1', 'Grace');
    expect([(await mine.find('1')).name, (await theirs.find('1')).name]).toEqual(['Grace', 'Ada']);
    expect([mine.reads, theirs.reads]).toEqual([2, 1]);
    expect(one.get(CasCacheRegistry).stats()['user']?.invalidations).toBe(1);
    expect(other.get(CasCacheRegistry).stats()['user']?.invalidations).toBe(0);
  });

  it('even if they import the very same module objects', async () => {
    const shared = application();
    const [one, other] = [await compile(shared), await compile(shared)];
    await one.get(UserRepository).find('1');
    await other.get(UserRepository).find('1');
    expect(other.get(UserRepository).reads).toBe(1);
    expect(one.get(CasCacheRegistry)).not.toBe(other.get(CasCacheRegistry));
  });

  it('also where a decorator names its namespace', async () => {
    const metadata = () => ({ ...application(), providers: [Named] });
    const [one, other] = [(await compile(metadata())).get(Named), (await compile(metadata())).get(Named)];
    one.reads = 10;
    expect([await one.find(), await other.find()]).toEqual([11, 1]);
  });

  it('go on when the other one is closed', async () => {
    const [one, other] = [await compile(application()), await compile(application())];
    const users = other.get(UserRepository);
    await users.find('1');
    await one.close();
    await users.find('1');
    expect(users.reads).toBe(1);
    await users.rename('1', 'Ada');
    expect((await users.find('1')).name).toBe('Ada');
  });

  it('one after the other may be given the same object by useValue: the later one has it', async () => {
    const users = new UserRepository();
    const metadata = () => ({ ...application(), providers: [{ provide: UserRepository, useValue: users }] });
    const first = await start(metadata());
    await users.find('1');
    await first.close();

    const second = await start(metadata());
    await users.find('1');
    await users.find('1');
    expect(users.reads).toBe(2);
    expect(second.get(CasCacheRegistry).get('user').stats().hits).toBe(1);
  });
});
