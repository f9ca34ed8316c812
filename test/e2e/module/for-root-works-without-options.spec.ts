import { expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { track } = applications();

@Module({
  imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
  providers: [UserRepository],
})
class AppModule {}

it('forRoot() without options gives a cache in process: a read is cached until the write that invalidates it', async () => {
  const app = track(await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }));
  const users = app.get(UserRepository);

  expect((await users.find('42')).name).toBe('Linus');
  expect((await users.find('42')).name).toBe('Linus');
  expect(users.reads).toBe(1);

  await users.rename('42', 'Tommy Lee Jones');
  expect((await users.find('42')).name).toBe('Tommy Lee Jones');
  expect(users.reads).toBe(2);
});
