import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { CasCached, CasCacheModule, CasCacheRegistry, CasInvalidate, CasInvalidateError } from 'nestjs-cascache';
import type { CasCacheModuleOptions } from 'nestjs-cascache';
import { Deferred } from '../../support/core/deferred.js';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';
import { begin, Table, TableRepository } from '../../support/nest/written-table.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';
import { until } from '../../support/redis/until.js';

const { compile, track } = applications();

let unhandled: unknown[] = [];
const note = (cause: unknown): number => unhandled.push(cause);
beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  // Node tells of a rejection once the microtasks of its turn have run.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const SETTINGS: readonly [string, () => Promise<CasCacheModuleOptions>][] = [
  ['memory', async () => ({ topology: 'memory' })],
  ['redis', async () => ({ redis: await sharedRedis() })],
  ['near', async () => ({ topology: 'near', redis: await sharedRedis() })],
];

describe.each(SETTINGS)('an application that closes while a write of its own code runs: %s', (name, options) => {
  const start = async (namespace: string, table: Table) => {
    const app = await compile({
      imports: [
        CasCacheModule.forRoot({ ...(await options()), logger: false }),
        CasCacheModule.forFeature({ namespace, intentLease: 2_000, timeout: '10s' }),
      ],
      providers: [TableRepository, { provide: Table, useValue: table }],
    });
    return { app, repository: app.get(TableRepository), cache: app.get(CasCacheRegistry).get(namespace) };
  };

  it('the write goes on, and says that its keys could not be invalidated', async () => {
    const table = new Table();
    const { app, repository } = await start(freshNamespace(), table);
    const write = await begin(repository, table, 'new');
    await app.close();
    write.commit();
    const error = (await errorOf(() => write.ended)) as CasInvalidateError;
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect(error).toMatchObject({ result: 'new' });
    expect([...error.failures.values()]).toMatchObject([{ code: 'CAS_CLOSED' }]);
  });

  it('one that ends soon is waited for, and its keys are invalidated', async () => {
    const table = new Table();
    const { app, repository } = await start(freshNamespace(), table);
    const write = await begin(repository, table, 'new');
    const closed = app.close();
    write.commit();
    await closed;
    expect(await write.ended).toBe('new');
  });

  if (name === 'memory') return;

  it('its intent runs out by itself: no replica serves the old value, and then they cache again', async () => {
    const namespace = freshNamespace();
    const table = new Table();
    const [writer, reader] = [await start(namespace, table), await start(namespace, table)];
    await reader.repository.find('42');
    const write = await begin(writer.repository, table, 'new');
    await writer.app.close();
    expect(await reader.repository.find('42')).toBe('old');
    expect(await reader.cache.get('42')).toBeUndefined();
    write.commit();
    await errorOf(() => write.ended);
    expect(await reader.repository.find('42')).toBe('new');
    await until(async () => {
      expect(await reader.repository.find('42')).toBe('new');
      return (await reader.cache.get('42')) !== undefined;
    }, 'the lease runs out');
  });
});

describe('an application that closes while a request writes', () => {
  const [begun, commit] = [new Deferred(), new Deferred()];

  @Controller()
  class RowController {
    @CasCached({ key: () => 'row' })
    async read(): Promise<string> {
      return 'old';
    }

    @Post()
    @CasInvalidate({ intent: true, of: 'read' })
    async write(): Promise<string> {
      begun.resolve();
      await commit.promise;
      return 'written';
    }
  }

  it('waits for the request, whose keys are invalidated and open when the stores close', async () => {
    const namespace = freshNamespace();
    const redis = await sharedRedis();
    const root = moduleOf({
      imports: [CasCacheModule.forRoot({ redis }), CasCacheModule.forFeature({ namespace, timeout: '10s' })],
      controllers: [RowController],
    });
    const app = track(await NestFactory.create(root, { logger: false, abortOnError: false }));
    await app.listen(0, '127.0.0.1');
    const { cell, close } = outside(redis, namespace);
    const response = fetch(await app.getUrl(), { method: 'POST', headers: { connection: 'close' } });
    await begun.promise;
    expect(await cell()).toMatch(/^!/);
    const closed = app.close();
    commit.resolve();
    expect(await (await response).text()).toBe('written');
    await closed;
    expect(await cell()).toMatch(/^\d+$/);
    await close();
  });

  function outside(url: string, namespace: string) {
    const client = new Redis(url);
    return {
      cell: () => client.get(`gen:{single:${namespace}:row}`),
      close: async () => void (await client.quit()),
    };
  }
});
