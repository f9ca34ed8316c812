import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from '@jest/globals';
import { CasConfigError, runInCasTransaction } from 'nestjs-cascache';
import type { RefreshContext } from 'nestjs-cascache';

import { currentScope } from '../../../../../lib/core/writing/transaction-scope.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { partitioned } from '../../../../support/core/partitioned.js';
import type { Rig } from '../../../../support/core/rig.js';
import { NEAR } from '../../../../support/core/topologies.js';

interface Reads {
  getOrLoad(key: string, load: () => string, options: typeof SOFT): Promise<unknown>;
}

const SOFT = { ttl: '1h', fresh: '1m' } as const;
const tenant = new AsyncLocalStorage<string>();

/** An entry that is past its soft ttl. */
async function aged(refreshContext: RefreshContext | undefined): Promise<Rig> {
  const rig = NEAR.rig({ refreshContext });
  await rig.cache.getOrLoad('42', () => 'old', SOFT);
  rig.timers.advance(60_000);
  return rig;
}

/** Reads as a request of a tenant, and answers which tenants and transactions its refreshes saw. */
async function refreshed({ cache }: { readonly cache: Reads }) {
  const seen: unknown[] = [];
  const load = () => {
    seen.push(tenant.getStore() ?? 'none', currentScope() ?? 'none');
    return 'new';
  };
  const served = await tenant.run('acme', () => cache.getOrLoad('42', load, SOFT));
  await settled();
  return { served, seen };
}

const faults = (rig: Rig): unknown[] =>
  rig.events.all.filter(({ type }) => type === 'fault').map((event) => (event as { cause?: unknown }).cause);

describe('refreshContext', () => {
  it.each<[RefreshContext | undefined, string]>([
    [undefined, 'none'],
    ['none', 'none'],
    ['caller', 'acme'],
    [(run) => run(), 'none'],
    [(run) => tenant.run('own', run), 'own'],
    [async (run) => tenant.run('own', run), 'own'],
  ])('%p', async (refreshContext, expected) => {
    const rig = await aged(refreshContext);
    expect(await refreshed(rig)).toEqual({ served: 'old', seen: [expected, 'none'] });
    expect(await rig.cache.get('42')).toBe('new');
    expect(faults(rig)).toEqual([]);
  });

  it.each<[RefreshContext]>([['none'], ['caller'], [(run) => tenant.run('own', run)]])(
    '%p begins none inside a transaction, whose rows a loader might find; the next read outside does',
    async (refreshContext) => {
      const rig = await aged(refreshContext);
      const inside = await runInCasTransaction(() => refreshed(rig));
      expect(inside).toEqual({ served: 'old', seen: [] });
      expect((await refreshed(rig)).seen).toHaveLength(2);
      expect(await rig.cache.get('42')).toBe('new');
    },
  );

  const broken = new Error('no context');
  it.each<[string, RefreshContext, unknown]>([
    [
      'throws',
      () => {
        throw broken;
      },
      broken,
    ],
    ['rejects', () => Promise.reject(broken), broken],
    ['does not call what it is given', () => undefined, expect.any(CasConfigError)],
    ['resolves without a call', async () => undefined, expect.any(CasConfigError)],
  ])('a function that %s is a fault, and the next try is a second later', async (_, refreshContext, cause) => {
    const rig = await aged(refreshContext);
    for (let reads = 0; reads < 3; reads++) expect(await refreshed(rig)).toEqual({ served: 'old', seen: [] });
    expect(faults(rig)).toEqual([cause]);
    rig.timers.advance(1_000);
    await refreshed(rig);
    expect(faults(rig)).toHaveLength(2);
  });

  it('a function that calls later begins one load for all hits in between, and is told when that has ended', async () => {
    let call: () => void = () => undefined;
    const called = new Promise<void>((resolve) => {
      call = resolve;
    });
    const told: string[] = [];
    const rig = await aged(async (run) => {
      told.push('asked');
      await called;
      await run();
      told.push('ended');
    });
    expect(await refreshed(rig)).toEqual({ served: 'old', seen: [] });
    expect(await refreshed(rig)).toEqual({ served: 'old', seen: [] });
    expect(told).toEqual(['asked']);
    call();
    await settled();
    expect(told).toEqual(['asked', 'ended']);
    expect(await rig.cache.get('42')).toBe('new');
  });

  it('a second call of what it is given begins no second load', async () => {
    const rig = await aged(async (run) => {
      await Promise.all([run(), run()]);
    });
    expect((await refreshed(rig)).seen).toEqual(['none', 'none']);
  });

  it('a load that fails is told once, though the function passes its end on', async () => {
    const rig = await aged((run) => run());
    await rig.cache.getOrLoad('42', () => Promise.reject(broken), SOFT);
    await settled();
    expect(faults(rig)).toEqual([broken]);
  });

  it.each([['nowhere'], [true], [{}]])('%p is refused when the namespace is made', (given) => {
    expect(() => NEAR.rig({ refreshContext: given as never })).toThrow(/'none', 'caller' or a function/);
  });
});

describe('refreshContext in a namespace with a partition', () => {
  const partition = (): string => tenant.getStore() ?? 'nobody';

  it.each<[RefreshContext | undefined, string]>([
    [undefined, 'acme'],
    ['caller', 'acme'],
    ['none', 'none'],
    [(run) => run(), 'acme'],
  ])('%p', async (refreshContext, expected) => {
    const rig = NEAR.rig();
    const cache = partitioned(rig, { refreshContext, partition });
    await tenant.run('acme', () => cache.getOrLoad('42', () => 'old', SOFT));
    rig.timers.advance(60_000);
    expect((await refreshed({ cache })).seen).toEqual([expected, 'none']);
  });
});
