import { describe, expect, it } from '@jest/globals';

import type { LiveEntry } from '../../../../lib/contracts/provider.js';
import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { CallLog } from '../../../support/core/call-log.js';
import { ScriptedProvider } from '../../../support/core/scripted-provider.js';

function tiersOf<S>(holds: 'bytes' | 'values', ...entries: (S | undefined)[]) {
  const log = new CallLog();
  const tiers = entries.map((entry, i) => {
    const provider = new ScriptedProvider<S>(holds, i === 0 ? 'process' : 'shared', log, `t${i}`);
    if (entry !== undefined) provider.held.set('a', { entry, ttlMs: 1, cost: undefined });
    return provider;
  });
  const faults: string[] = [];
  const store = new TieredProvider(
    tiers.map((provider, i) => ({ name: `t${i}`, provider })),
    { onFault: (name, operation) => faults.push(`${name}.${operation}`) },
  );
  const held = (): (S | undefined)[] => tiers.map((tier) => tier.held.get('a')?.entry);
  return { store, tiers, faults, held };
}

const [stale, staleToo, newer] = [Buffer.from('stale'), new Uint8Array(Buffer.from('stale')), Buffer.from('newer')];

describe('when a copy proves unusable, a tiered provider', () => {
  it('drops it, and answers the next that differs', async () => {
    const { store, held } = tiersOf<Uint8Array>('bytes', stale, staleToo, newer);
    expect(await store.another('a', stale)).toBe(newer);
    expect(held()).toEqual([undefined, undefined, newer]);
  });

  it('answers that there is none, and has dropped all, where all are the same', async () => {
    const { store, held } = tiersOf<Uint8Array>('bytes', stale, undefined, staleToo);
    expect(await store.another('a', stale)).toBeUndefined();
    expect(held()).toEqual([undefined, undefined, undefined]);
  });

  it('keeps what has come to stand in its place', async () => {
    const { store, held } = tiersOf<Uint8Array>('bytes', newer, stale);
    expect(await store.another('a', stale)).toBe(newer);
    expect(held()).toEqual([newer, stale]);
  });

  it('tells live entries apart by what they are, not by what they hold', async () => {
    const [one, other]: LiveEntry[] = [
      { gen: 1, payload: 'v' },
      { gen: 1, payload: 'v' },
    ];
    const { store, held } = tiersOf<LiveEntry>('values', one, other);
    expect(await store.another('a', one as LiveEntry)).toBe(other);
    expect(held()).toEqual([undefined, other]);
  });

  it('looks on where a tier fails', async () => {
    const { store, tiers, faults } = tiersOf<Uint8Array>('bytes', stale, stale, newer);
    tiers[0]?.script.fail('delete', 'throw');
    tiers[1]?.script.fail('get', 'reject');
    expect(await store.another('a', stale)).toBe(newer);
    expect(faults).toEqual(['t0.delete', 't1.get']);
  });
});
