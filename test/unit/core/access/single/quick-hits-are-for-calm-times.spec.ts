import { describe, expect, it } from '@jest/globals';

import type { CacheState } from '../../../../../lib/core/access/access-policy.js';
import { QuickHits } from '../../../../../lib/core/access/quick-hits.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { Embedded } from '../../../../support/core/embedded.js';

type State = Pick<CacheState, 'active' | 'pending' | 'breaker'>;

const CALM = { active: () => true, pending: { any: false }, breaker: { quiet: true } } as State;

/** Quick hits of a cache that has an entry, in a state that its own stores do not bring about. */
async function inState(state: Partial<Record<keyof State, unknown>>) {
  const { cache } = new Embedded({ isolation: 'reference' });
  await cache.getOrLoad('42', () => 'v');
  const { backend, reporter } = (cache as unknown as { components: Record<string, never> }).components;
  const quick = new QuickHits<unknown>(backend as never, { ...CALM, ...state } as State, reporter as never);
  return { quick, stats: () => cache.stats() };
}

describe('a quick hit', () => {
  it('is one while nothing is out of the ordinary', async () => {
    const { quick, stats } = await inState({});
    expect(await quick.answer('42')).toBe('v');
    expect(quick.value('42')).toBe('v');
    expect(stats().hits).toBe(2);
  });

  it.each<[string, Partial<Record<keyof State, unknown>>]>([
    ['the cache is closed', { active: () => false }],
    ['an invalidation has not landed', { pending: { any: true } }],
    ['a store has failed since it last answered', { breaker: { quiet: false } }],
  ])('is none while %s', async (_, state) => {
    const { quick, stats } = await inState(state);
    expect(quick.answer('42')).toBeUndefined();
    expect(quick.value('42')).toBeUndefined();
    expect(stats().hits).toBe(0);
  });

  it('is none inside a transaction', async () => {
    const { quick } = await inState({});
    await runInCasTransaction(() => {
      expect(quick.answer('42')).toBeUndefined();
      expect(quick.value('42')).toBeUndefined();
    });
  });
});
