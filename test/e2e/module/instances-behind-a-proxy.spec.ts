import { expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasCached, CasInvalidate } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { track } = applications();

@Injectable()
class Users {
  runs = 0;

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<string> {
    this.runs++;
    return `user ${id}`;
  }

  @CasInvalidate({ key: (id: string) => id })
  async update(id: string): Promise<string> {
    return id;
  }
}

@Module({
  imports: [
    CasCacheModule.forRoot({ logger: false }),
    CasCacheModule.forFeature({ namespace: 'user', maxBytes: 10_000 }),
  ],
  providers: [Users],
})
class AppModule {}

it('an application whose instances are behind a Proxy, which has no part in the slots of a Map, starts and caches', async () => {
  const app = track(
    await NestFactory.createApplicationContext(AppModule, {
      logger: false,
      abortOnError: false,
      instrument: {
        instanceDecorator: (instance: unknown) =>
          typeof instance === 'object' && instance !== null ? new Proxy(instance, {}) : instance,
      },
    }),
  );
  const users = app.get(Users);
  expect([await users.find('1'), await users.find('1')]).toEqual(['user 1', 'user 1']);
  expect(users.runs).toBe(1);
  await users.update('1');
  await users.find('1');
  expect(users.runs).toBe(2);
  expect(app.get(CasCacheRegistry).stats()['user']).toMatchObject({ hits: 1 });
});
