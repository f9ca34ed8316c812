import { describe, expect, it } from '@jest/globals';

import type { IntentCalls } from '../../../../../lib/core/writing/intent-calls.js';
import { UnsettledTokens } from '../../../../../lib/core/writing/unsettled-tokens.js';
import { pass } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { NEAR } from '../../../../support/core/topologies.js';

const LEASE_MS = 30_000;

/** Writes whose intents can neither be opened nor settled. */
async function writeInVain(stores: Rig, keys: Iterable<string>): Promise<void> {
  stores.loseGenerationStore('reject');
  for (const key of keys) {
    await stores.cache.withWriteIntent(key, () => undefined, { onUnavailable: 'proceed' }).catch(() => undefined);
  }
}

async function recover(stores: Rig): Promise<number> {
  stores.mend();
  stores.log.forget();
  await pass(stores.timers, 1_000);
  expect(stores.cache.stats().pendingInvalidations).toMatchObject({ keys: 0, wholeNamespace: false });
  return stores.log.of('intents.settle').length;
}

describe('tokens that could not be settled', () => {
  it('are settled when the store is back', async () => {
    const stores = NEAR.rig();
    await writeInVain(stores, ['a', 'b', 'a']);
    expect(await recover(stores)).toBe(3);
  });

  it('are no longer once their lease has run out', async () => {
    const stores = NEAR.rig();
    await writeInVain(stores, ['a', 'b']);
    await pass(stores.timers, LEASE_MS, 1_000);
    await writeInVain(stores, ['a']);
    expect(await recover(stores)).toBe(1);
  });
});

describe('tokens beyond what is remembered', () => {
  const generation = 7;

  function unsettled() {
    const time = { now: 0 };
    const settled: string[] = [];
    const calls = {
      settle: (keys: readonly string[], token: string) => {
        settled.push(`${token}: ${keys.join()}`);
        return Promise.resolve(keys.map(() => ({ generation, held: true })));
      },
    } as unknown as IntentCalls;
    return { time, settled, tokens: new UnsettledTokens(calls, () => time.now, 3) };
  }

  it('are left to run out, so that those of one busy key do not pile up while the store is away', async () => {
    const { settled, tokens } = unsettled();
    for (const token of ['t1', 't2', 't3', 't4']) tokens.add(['busy'], token, LEASE_MS);
    expect(tokens.among(['busy', 'other'])).toEqual(['busy']);
    expect(await tokens.settle(['busy'])).toEqual(new Map([['busy', generation]]));
    expect(settled).toEqual(['t1: busy', 't2: busy', 't3: busy']);
    expect(tokens.among(['busy'])).toEqual([]);
  });

  it('do not stand in the way of later ones for ever', () => {
    const { time, tokens } = unsettled();
    tokens.add(['a', 'b', 'c', 'd'], 't1', LEASE_MS);
    tokens.add(['e'], 't2', LEASE_MS);
    expect(tokens.among(['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'b', 'c']);
    time.now = LEASE_MS - 1;
    tokens.add(['e'], 't3', LEASE_MS);
    expect(tokens.among(['e'])).toEqual([]);
    time.now = LEASE_MS;
    tokens.add(['e'], 't4', LEASE_MS);
    expect(tokens.among(['a', 'b', 'c', 'd', 'e'])).toEqual(['e']);
  });

  it('make room once they are settled', async () => {
    const { settled, tokens } = unsettled();
    tokens.add(['a', 'b', 'c'], 't1', LEASE_MS);
    await tokens.settle(['a', 'b']);
    tokens.add(['d', 'e', 'f'], 't2', LEASE_MS);
    expect(tokens.among(['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['c', 'd', 'e']);
    await tokens.settle(['c', 'd', 'e']);
    expect(settled).toEqual(['t1: a,b', 't1: c', 't2: d,e']);
  });
});
