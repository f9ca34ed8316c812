import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Header, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCached, CasCacheModule } from 'nestjs-cascache';
import { CasCacheMetrics } from 'nestjs-cascache/metrics';
import { Registry } from 'prom-client';
import { applications } from '../../support/nest/applications.js';

const { track } = applications();

/** An application that shows its metrics, and one method that is cached. */
async function application(register: Registry): Promise<{ url: string; find: (id: string) => Promise<string> }> {
  @Injectable()
  class Users {
    @CasCached({ key: (id: string) => id })
    async find(id: string): Promise<string> {
      return `user ${id}`;
    }
  }

  @Controller('metrics')
  class MetricsController {
    @Get()
    @Header('content-type', register.contentType)
    show(): Promise<string> {
      return register.metrics();
    }
  }

  @Module({
    imports: [
      CasCacheModule.forRootAsync({ useFactory: () => ({ hooks: new CasCacheMetrics({ register }), logger: false }) }),
      CasCacheModule.forFeature('user'),
    ],
    controllers: [MetricsController],
    providers: [Users],
  })
  class AppModule {
    constructor(@Inject(Users) readonly users: Users) {}
  }

  const app = track(await NestFactory.create(AppModule, { logger: false }));
  await app.listen(0, '127.0.0.1');
  const { users } = app.get(AppModule);
  return { url: await app.getUrl(), find: (id) => users.find(id) };
}

const scraped = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

describe('a scrape of an application over HTTP', () => {
  it('shows what its decorated methods have read and loaded', async () => {
    const { url, find } = await application(new Registry());
    for (let i = 0; i < 3; i++) await find('42');
    const text = await scraped(url);
    expect(text).toContain('# TYPE cascache_reads_total counter');
    expect(text).toContain('cascache_reads_total{namespace="user",outcome="hit",reason=""} 2');
    expect(text).toContain('cascache_load_duration_seconds_count{namespace="user",outcome="loaded"} 1');
    // In process, operations are not measured.
    expect(text).not.toContain('cascache_operation_duration_seconds_count{');
    expect(text).toContain('cascache_memory_entries{namespace="user"} 1');
  });

  it('of two applications in one process, each has its own registry, or both are added up', async () => {
    const register = new Registry();
    const [one, other] = [await application(register), await application(register)];
    const apart = await application(new Registry());
    await one.find('42');
    await other.find('42');
    const misses = 'cascache_reads_total{namespace="user",outcome="miss",reason="absent"}';
    expect(await scraped(one.url)).toContain(`${misses} 2`);
    expect(await scraped(apart.url)).toContain(`${misses} 0`);
  });
});
