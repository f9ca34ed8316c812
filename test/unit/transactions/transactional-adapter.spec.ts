import { AsyncResource } from 'node:async_hooks';

import { describe, expect, it, jest } from '@jest/globals';
import { CasCommitUnknownError, runInCasTransaction } from 'nestjs-cascache';
import { transactionalAdapter } from 'nestjs-cascache/transactions';
import type { TransactionalAdapterLike } from 'nestjs-cascache/transactions';

import { Embedded } from '../../support/core/embedded.js';
import { MEMORY } from '../../support/core/topologies.js';

type Like = TransactionalAdapterLike<string, string, { level?: string }>;

/** An adapter whose transactions end with `commit`. */
function adapterOf(commit: () => Promise<void> = async () => undefined) {
  const seen: unknown[] = [];
  const adapter: Like & { readonly own: symbol } = {
    own: Symbol('own'),
    optionsFactory: (connection) => ({
      wrapWithTransaction: async (options, work, setTx) => {
        seen.push(connection, options);
        setTx('tx');
        const result = await work();
        await commit();
        return result;
      },
      getFallbackInstance: () => connection,
    }),
  };
  return { adapter, seen };
}

const gone = new Error('gone');
const transact = (adapter: Like, work: () => Promise<unknown>) =>
  adapter.optionsFactory('connection', []).wrapWithTransaction({ level: 'high' }, work, () => undefined);

describe('transactionalAdapter', () => {
  it('hands on what the adapter is given, and adds no ability that it lacks', async () => {
    const { adapter, seen } = adapterOf();
    const wrapped = transactionalAdapter(adapter);

    expect(await transact(wrapped, async () => 'result')).toBe('result');

    expect(wrapped).toBe(adapter);
    expect(seen).toEqual(['connection', { level: 'high' }]);
    const methods = wrapped.optionsFactory('connection', []);
    expect(methods.getFallbackInstance()).toBe('connection');
    expect('wrapWithNestedTransaction' in methods).toBe(false);
  });

  it('takes a failure after the method has returned for that of the commit', async () => {
    const { adapter } = adapterOf(() => Promise.reject(gone));

    const lost = transact(transactionalAdapter(adapter), async () => 'result');

    await expect(lost).rejects.toBeInstanceOf(CasCommitUnknownError);
    await expect(lost).rejects.toMatchObject({ cause: gone });
  });

  it('throws what the method throws, and what the database refused, as it is', async () => {
    const refusal = Object.assign(new Error('refused'), { code: '40001' });
    const { adapter } = adapterOf(() => Promise.reject(refusal));

    await expect(transact(transactionalAdapter(adapter), () => Promise.reject(gone))).rejects.toBe(gone);
    await expect(transact(adapter, async () => 'result')).rejects.toBe(refusal);
  });

  it('throws what the method throws when it is tried again, although it had returned before', async () => {
    const { adapter } = adapterOf();
    const factory = adapter.optionsFactory;
    adapter.optionsFactory = (connection, extra) => ({
      ...factory(connection, extra),
      wrapWithTransaction: async (_, work) => {
        await work();
        return work();
      },
    });
    const method = jest.fn(async () => Promise.reject(gone)).mockResolvedValueOnce(undefined as never);

    await expect(transact(transactionalAdapter(adapter), method)).rejects.toBe(gone);
  });

  it('lets the caller judge', async () => {
    const { adapter } = adapterOf(() => Promise.reject(gone));

    const known = transact(transactionalAdapter(adapter, { isCommitUnknown: () => false }), async () => 'result');

    await expect(known).rejects.toBe(gone);
  });

  it('may stand around a data source that is transactional itself, whose failed invalidation is no unknown commit', async () => {
    const rig = MEMORY.rig();
    rig.loseGenerationStore('reject');
    const { adapter } = adapterOf();
    const twice = transactionalAdapter(transactionalAdapter(adapter));

    const writing = transact(twice, async () => {
      await rig.cache.invalidate('ada');
      return 'result';
    });

    await expect(writing).rejects.toMatchObject({ code: 'CAS_INVALIDATE', result: 'result' });
  });

  it('leaves what is left over of a transaction to the one around it', async () => {
    const { cache } = new Embedded<string>();
    await cache.getOrLoad('ada', () => 'Ada');
    const wrapped = transactionalAdapter(adapterOf().adapter);
    let open: () => void = () => undefined;
    const later = new Promise<void>((resolve) => {
      open = resolve;
    });
    let leftOver: Promise<void> = Promise.resolve();

    await transact(wrapped, async () => {
      await transact(wrapped, async () => {
        leftOver = later.then(() => cache.invalidate('ada'));
      });
      open();
      await leftOver;
      // The outer transaction is open, and may yet undo what was written on its connection.
      expect(cache.stats().invalidations).toBe(0);
    });

    expect(cache.stats().invalidations).toBe(1);
  });

  it('begins another one for left-over work, as part of whatever that belongs to', async () => {
    const { cache } = new Embedded<string>();
    const wrapped = transactionalAdapter(adapterOf().adapter);

    await runInCasTransaction(async () => {
      let leftOver = async (): Promise<unknown> => undefined;
      await transact(wrapped, async () => {
        leftOver = AsyncResource.bind(() => transact(wrapped, () => cache.invalidate('ada')));
      });
      await leftOver();
      expect(cache.stats().invalidations).toBe(0);
    });

    expect(cache.stats().invalidations).toBe(1);
  });
});
