import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import type { ClsService as Cls } from 'nestjs-cls';
import {
  CasCacheModule,
  CasCacheRegistry,
  CasCached,
  CasCachedMany,
  CasInvalidate,
  CasKeyError,
  asCacheManager,
  casKey,
} from 'nestjs-cascache';
import type { CasCacheNamespaceOptions } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { loadNestjsCls } from '../../support/postgres/nestjs-cls.js';

const { compile } = applications();
const { ClsModule, ClsService, ClsServiceManager } = (await loadNestjsCls()).cls;

const tenantOf = (): string => ClsServiceManager.getClsService().get<string>('tenant');

@Injectable()
class Invoices {
  readonly reads: string[] = [];
  writes = 0;

  constructor(@Inject(ClsService) private readonly cls: Cls) {}

  @CasCached()
  async find(id: string): Promise<string> {
    return this.read(id);
  }

  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (row: { id: string }) => row.id })
  async findMany(ids: string[]): Promise<{ id: string; of: string }[]> {
    return ids.map((id) => ({ id, of: this.read(id) }));
  }

  @CasInvalidate({ of: 'find', key: (id: string) => id })
  async remove(_id: string): Promise<void> {
    this.writes++;
  }

  @CasInvalidate({ of: 'find', intent: true })
  async removeAndLeave(_id: string): Promise<void> {
    this.writes++;
    this.cls.set('tenant', undefined);
  }

  private read(id: string): string {
    const read = `${id} of ${this.cls.get<string>('tenant')}`;
    this.reads.push(read);
    return read;
  }
}

@Module({ imports: [ClsModule.forRoot({ global: true })] })
class ContextModule {}

async function application(options: Partial<CasCacheNamespaceOptions> = {}) {
  const app = await compile({
    imports: [
      ContextModule,
      CasCacheModule.forRoot(),
      CasCacheModule.forFeature({ namespace: 'invoice', partition: tenantOf, ...options }),
    ],
    providers: [Invoices],
  });
  const cls = app.get(ClsService);
  const as = <T>(tenant: string | undefined, work: () => Promise<T>): Promise<T> =>
    cls.run(async () => {
      cls.set('tenant', tenant);
      return work();
    });
  return { invoices: app.get(Invoices), cache: app.get(CasCacheRegistry).get<string>('invoice'), as };
}

describe('decorated methods in a namespace with partitions', () => {
  it('serve each tenant its own rows', async () => {
    const { invoices, as } = await application();
    for (const tenant of ['acme', 'globex', 'acme']) {
      expect(await as(tenant, () => invoices.find('1'))).toBe(`1 of ${tenant}`);
      expect(await as(tenant, () => invoices.findMany(['1', '2']))).toEqual([
        { id: '1', of: `1 of ${tenant}` },
        { id: '2', of: `2 of ${tenant}` },
      ]);
    }
    expect(invoices.reads).toHaveLength(6);
  });

  it('invalidate the rows of the tenant that writes', async () => {
    const { invoices, as } = await application();
    for (const tenant of ['acme', 'globex']) await as(tenant, () => invoices.find('1'));
    await as('acme', () => invoices.remove('1'));
    for (const tenant of ['acme', 'globex']) await as(tenant, () => invoices.find('1'));
    expect(invoices.reads).toEqual(['1 of acme', '1 of globex', '1 of acme']);
  });

  it('invalidate the rows of the tenant that the call began with', async () => {
    const { invoices, as } = await application();
    await as('acme', () => invoices.find('1'));
    await as('acme', () => invoices.removeAndLeave('1'));
    await as('acme', () => invoices.find('1'));
    expect(invoices.reads).toEqual(['1 of acme', '1 of acme']);
  });

  it('are errors without a tenant, before anything is written', async () => {
    const { invoices, as } = await application();
    await expect(as(undefined, () => invoices.find('1'))).rejects.toThrow(CasKeyError);
    await expect(as(undefined, () => invoices.remove('1'))).rejects.toThrow('the one of this call is missing');
    expect([invoices.reads, invoices.writes]).toEqual([[], 0]);
  });

  it('have default keys that cache.in(tenant) knows without it', async () => {
    const { invoices, cache, as } = await application();
    await as('acme', () => invoices.find('1'));
    expect(await cache.in('acme').get(casKey(Invoices, 'find', '1'))).toBe('1 of acme');
    await cache.in('acme').invalidate(casKey(Invoices, 'find', '1'));
    await as('acme', () => invoices.find('1'));
    expect(invoices.reads).toHaveLength(2);
  });
});

describe('a refresh behind a hit', () => {
  it('finds the tenant of the caller whose hit it is behind', async () => {
    const { invoices, cache, as } = await application({ fresh: 1, ttl: '1m' });
    const refreshed = async (tenant: string): Promise<void> => {
      const reads = invoices.reads.length;
      for (let i = 0; i < 10_000 && invoices.reads.length === reads; i++) {
        await as(tenant, () => invoices.find('1'));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for (const tenant of ['acme', 'globex']) await as(tenant, () => invoices.find('1'));
    for (const tenant of ['acme', 'globex']) await refreshed(tenant);
    expect(invoices.reads).toEqual(['1 of acme', '1 of globex', '1 of acme', '1 of globex']);
    expect(cache.stats().stale.refreshing).toBeGreaterThan(0);
    for (const tenant of ['acme', 'globex']) expect(await as(tenant, () => invoices.find('1'))).toBe(`1 of ${tenant}`);
  });
});

describe('asCacheManager', () => {
  it('is of the tenant of its caller', async () => {
    const { cache, as } = await application();
    const manager = asCacheManager(cache);
    await as('acme', () => manager.set('1', 'of acme'));
    expect(await as('globex', () => manager.get('1'))).toBeUndefined();
    expect(await as('globex', () => manager.wrap('1', () => 'of globex'))).toBe('of globex');
    await as('globex', () => manager.del('1'));
    expect(await as('acme', () => manager.mget(['1']))).toEqual(['of acme']);
    expect(await asCacheManager(cache.in('acme')).get('1')).toBe('of acme');
  });
});
