import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import { CasCacheHealthIndicator } from 'nestjs-cascache/health';
import type { CasCacheHealthOptions } from 'nestjs-cascache/health';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { applications } from '../../support/nest/applications.js';
import { until } from '../../support/redis/until.js';

interface Answer {
  readonly status: string;
  readonly details: { readonly cache: { readonly status: string; readonly reason?: string } };
}

const { track } = applications();

async function served(server: RedisServer, options: CasCacheHealthOptions): Promise<() => Promise<[number, Answer]>> {
  @Controller('health')
  class HealthController {
    constructor(
      @Inject(HealthCheckService) private readonly health: HealthCheckService,
      @Inject(CasCacheHealthIndicator) private readonly cache: CasCacheHealthIndicator,
    ) {}

    @Get()
    @HealthCheck()
    check() {
      return this.health.check([() => this.cache.check('cache', options)]);
    }
  }

  @Module({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      CasCacheModule.forRoot({ redis: server.url, logger: false }),
      CasCacheModule.forFeature('user'),
    ],
    controllers: [HealthController],
    providers: [CasCacheHealthIndicator],
  })
  class AppModule {}

  const app = track(await NestFactory.create(AppModule, { logger: false }));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return async () => {
    const response = await fetch(`${url}/health`);
    return [response.status, (await response.json()) as Answer];
  };
}

describe('the health check over HTTP', () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await startRedis();
  });

  afterEach(() => server.stop());

  it('is up, degraded while Redis stands still, and up again', async () => {
    const ask = await served(server, { timeout: 1_000 });
    await until(async () => (await ask())[1].details.cache.status === 'up', 'it is up');
    process.kill(server.pid as number, 'SIGSTOP');
    const [code, answer] = await ask();
    expect([code, answer.status, answer.details.cache.status]).toEqual([200, 'degraded', 'degraded']);
    expect(answer.details.cache.reason).toMatch(/no answer within|unreachable/);
    expect(JSON.stringify(answer)).not.toContain('password');
    process.kill(server.pid as number, 'SIGCONT');
    await until(async () => (await ask())[1].status === 'ok', 'it is up again');
  });

  it('is down where the option says so', async () => {
    const ask = await served(server, { timeout: 1_000, unreachable: 'down' });
    await until(async () => (await ask())[1].details.cache.status === 'up', 'it is up');
    process.kill(server.pid as number, 'SIGSTOP');
    const [code, answer] = await ask();
    expect([code, answer.status]).toEqual([503, 'error']);
    process.kill(server.pid as number, 'SIGCONT');
  });
});

describe('what counts', () => {
  const stats = (oldestMs: number) => ({
    user: {
      namespace: 'user',
      breakerOpen: false,
      pendingInvalidations: { keys: 1, tags: 0, oldestMs, wholeNamespace: false },
    },
  });
  /** Terminus 11 has sessions without the middle state, and drops what it does not know. */
  const eleven = {
    check: (key: string) => ({
      up: (data: object) => ({ [key]: { status: 'up', ...data } }),
      down: (data: object) => ({ [key]: { status: 'down', ...data } }),
    }),
  };
  const of = (oldestMs: number, indicators: object) =>
    new CasCacheHealthIndicator(
      indicators as HealthIndicatorService,
      { ping: async () => [], stats: () => stats(oldestMs) } as unknown as CasCacheRegistry,
    );

  it('an invalidation that is owed for longer than the limit is down', async () => {
    expect(await of(59_000, eleven).check()).toMatchObject({ cache: { status: 'up', degraded: true } });
    expect(await of(61_000, eleven).check()).toMatchObject({ cache: { status: 'down' } });
    expect(await of(61_000, eleven).check('cache', { owedFor: '5m' })).toMatchObject({ cache: { degraded: true } });
  });
});
