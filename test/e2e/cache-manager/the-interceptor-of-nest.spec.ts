import { describe, expect, it } from '@jest/globals';
import { CACHE_MANAGER, CacheInterceptor } from '@nestjs/cache-manager';
import { Controller, Get, Module, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { asCacheManager, CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications } from '../../support/nest/applications.js';
import { until } from '../../support/redis/until.js';

const { track } = applications();

class Source {
  name = 'Linus';
  calls = 0;
  /** What the next call waits for, after it has read the name. */
  gate: Deferred | undefined;
}

/** A handler behind the interceptor, whose `CACHE_MANAGER` is a namespace of ours. */
async function served(source: Source) {
  @Controller('user')
  @UseInterceptors(CacheInterceptor)
  class UserController {
    @Get()
    async find(): Promise<{ name: string }> {
      const { name, gate } = source;
      source.calls++;
      await gate?.promise;
      return { name };
    }
  }

  @Module({
    imports: [CasCacheModule.forRoot({ logger: false }), CasCacheModule.forFeature('http')],
    controllers: [UserController],
    providers: [
      {
        provide: CACHE_MANAGER,
        inject: [CasCacheRegistry],
        useFactory: (registry: CasCacheRegistry) => asCacheManager(registry.get('http')),
      },
    ],
  })
  class AppModule {}

  const app = track(await NestFactory.create(AppModule, { logger: false }));
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/user`;
  const ask = async (): Promise<{ name: string }> => (await fetch(url)).json() as Promise<{ name: string }>;
  return { ask, cache: app.get(CasCacheRegistry).get('http') };
}

describe("the CacheInterceptor of Nest's cache-manager on a namespace", () => {
  it('serves what the handler answered, until it is deleted', async () => {
    const source = new Source();
    const { ask, cache } = await served(source);
    await ask();
    expect(await ask()).toEqual({ name: 'Linus' });
    expect(source.calls).toBe(1);
    source.name = 'Ada';
    await cache.invalidate('/user');
    expect(await ask()).toEqual({ name: 'Ada' });
  });

  it('stays racy: a slow handler puts its old answer back after the write and its invalidation', async () => {
    const source = new Source();
    const { ask, cache } = await served(source);
    source.gate = new Deferred();
    const slow = ask();
    await until(() => source.calls === 1, 'the handler has read the old name');
    source.name = 'Ada';
    await cache.invalidate('/user');
    source.gate.resolve();
    source.gate = undefined;
    await slow;
    expect(await ask()).toEqual({ name: 'Linus' });
  });
});
