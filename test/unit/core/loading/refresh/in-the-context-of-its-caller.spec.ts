import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { ClsService } from 'nestjs-cls';

import type { RefreshBase } from '../../../../../lib/core/loading/refresh-context.js';
import { enclosingLoads } from '../../../../../lib/core/loading/load-nesting.js';
import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import { currentRequest } from '../../../../../lib/core/request/request-scope.js';
import { currentScope } from '../../../../../lib/core/writing/transaction-scope.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { loadNestjsCls } from '../../../../support/postgres/nestjs-cls.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

interface Tenant extends Record<symbol, unknown> {
  tenant: string;
}

const SOFT = { ttl: '1h', fresh: '1m' } as const;

async function tenants(): Promise<ClsService<Tenant>> {
  const { cls } = await loadNestjsCls();
  return new cls.ClsService<Tenant>(new AsyncLocalStorage());
}

const inside = <T>(cls: ClsService<Tenant>, tenant: string, work: () => Promise<T>): Promise<T> =>
  cls.run(() => {
    cls.set('tenant', tenant);
    return work();
  });

describe.each(TOPOLOGIES)('a refresh behind its caller: $name', ({ rig }) => {
  /** An entry that is past its soft ttl. */
  async function aged(loadSurroundings: RefreshBase | undefined): Promise<Rig> {
    const stores = rig({ loadSurroundings });
    await stores.cache.getOrLoad('42', () => 'old', SOFT);
    await stores.cache.getOrLoadMany(['7'], () => new Map([['7', 'old']]), SOFT);
    stores.timers.advance(60_000);
    return stores;
  }

  it("finds the tenant of its caller with loadSurroundings: 'caller'", async () => {
    const [{ cache }, cls] = [await aged('caller'), await tenants()];
    const seen: string[] = [];
    await inside(cls, 'acme', async () => {
      await cache.getOrLoad(
        '42',
        async () => {
          await settled();
          seen.push(cls.get('tenant'));
          return 'new';
        },
        SOFT,
      );
      await cache.getOrLoadMany(
        ['7'],
        (keys) => {
          seen.push(cls.get('tenant'));
          return new Map(keys.map((key) => [key, 'new']));
        },
        SOFT,
      );
    });
    await settled();
    expect(seen).toEqual(['acme', 'acme']);
    expect(await cache.get('42')).toBe('new');
  });

  it('finds nothing of its caller without it', async () => {
    const [{ cache }, cls] = [await aged(undefined), await tenants()];
    const seen: unknown[] = [];
    await inside(cls, 'acme', () =>
      cache.getOrLoad(
        '42',
        () => {
          seen.push(cls.isActive());
          return 'new';
        },
        SOFT,
      ),
    );
    await settled();
    expect(seen).toEqual([false]);
  });

  it('is never part of the request or the load that its caller is part of', async () => {
    const { cache } = await aged('caller');
    const seen: unknown[] = [];
    const refresh = (): string => {
      // A loader is part of its own load, and of that alone.
      seen.push([currentRequest(), currentScope(), enclosingLoads().length]);
      return 'new';
    };
    await runInCasRequest(() =>
      cache.getOrLoad('outer', async () => {
        expect([currentRequest() === undefined, enclosingLoads().length]).toEqual([false, 1]);
        return cache.getOrLoad('42', refresh, SOFT);
      }),
    );
    await settled();
    expect(seen).toEqual([[undefined, undefined, 1]]);
  });
});
