import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { CasEraseError, CasInvalidateError } from '../../../../lib/write-errors.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BYTES } from '../../../support/core/topologies.js';

/** Waits for what others may be storing, by the clock of the rig. */
async function erase(stores: Rig, ...keys: string[]): Promise<void> {
  const erased = stores.cache.erase(keys);
  erased.catch(() => undefined);
  await settled();
  stores.timers.advance(250);
  return erased;
}

describe.each(TOPOLOGIES)('erase: $name', ({ rig }) => {
  it('invalidates the keys and leaves nothing of them, of any version, in any tier', async () => {
    const stores = rig();
    const newer = stores.another({ valueVersion: '2' });
    for (const cache of [stores.cache, newer]) {
      await cache.getOrLoadMany(['1', '2'], (missing) => new Map(missing.map((key) => [key, `person ${key}`])));
      await settled();
    }
    await erase(stores, '1');
    const left = [...stores.entries.held, ...(stores.near?.held ?? [])];
    expect(left.filter(([key]) => key.endsWith(':1') || key.startsWith('bulk:'))).toEqual([]);
    expect(await stores.cache.get('1')).toBeUndefined();
    expect(await newer.get('1')).toBeUndefined();
    expect(stores.events.of('invalidate')).toMatchObject([{ key: '1' }]);
  });

  it('throws as an invalidation does, and removes the bytes all the same', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    // No invalidation removes such a one.
    stores.placeBulk(['42', '43'], []);
    stores.loseGenerationStore('reject');
    await expect(erase(stores, '42')).rejects.toBeInstanceOf(CasInvalidateError);
    expect(stores.has('42')).toBe(false);
    expect(stores.entries.held.has(stores.bulkAt('42', '43'))).toBe(false);
  });

  it('says when bytes may be left', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    const cause = new Error('one master is down');
    stores.entries.script.fail('clear', 'reject', cause);
    await expect(erase(stores, '42')).rejects.toMatchObject({ code: 'CAS_ERASE', namespace: 'user', cause });
    await expect(erase(stores, '42')).rejects.toBeInstanceOf(CasEraseError);
    expect(stores.events.of('fault')).toContainEqual({
      type: 'fault',
      namespace: 'user',
      operation: 'erase',
      key: undefined,
      cause,
    });
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('is refused inside a transaction, which may be rolled back', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    await expect(runInCasTransaction(() => stores.cache.erase('42'))).rejects.toBeInstanceOf(CasConfigError);
    expect(await stores.cache.get('42')).toBe('v');
  });
});

describe.each(WITH_BYTES)('what another process was storing meanwhile: $name', ({ rig }) => {
  it('is waited for, for as long as it may take, and goes too', async () => {
    const stores = rig();
    const erased = stores.cache.erase('42');
    await settled();
    stores.timers.advance(249);
    await settled();
    stores.placeBulk(['42', '43'], []);
    stores.timers.advance(1);
    await erased;
    expect(stores.entries.held.has(stores.bulkAt('42', '43'))).toBe(false);
  });
});

describe('a provider in process', () => {
  const KEYS = ['single:u:1', 'single:u@2:1', 'bulk:u:x', 'bulk:u@2:x'];
  const OTHERS = ['single:u:10', 'single:u@2:2', 'single:u2:1', 'bulk:u2:x', 'single:u2@2:1', 'other:u:1'];

  it.each(['values', 'bytes'] as const)('erases keys of a namespace and no others, holding %s', (holds) => {
    const provider = new MemoryProvider({ holds });
    if (holds === 'values') provider.scope?.('single:u:', {});
    for (const key of [...KEYS, ...OTHERS]) provider.set(key, Buffer.of(1), { ttlMs: 60_000 });
    provider.erase('u', ['1']);
    expect(KEYS.map((key) => provider.get(key))).toEqual(KEYS.map(() => undefined));
    expect(OTHERS.filter((key) => provider.get(key) === undefined)).toEqual([]);
  });

  it('is erased as a tier, with all others, or says which failed', async () => {
    const [front, behind] = [
      new MemoryProvider<Uint8Array>({ holds: 'bytes' }),
      new MemoryProvider<Uint8Array>({ holds: 'bytes' }),
    ];
    const tiers = new TieredProvider([
      { name: 'front', provider: front },
      { name: 'behind', provider: behind },
    ]);
    for (const tier of [front, behind]) tier.set('single:u:1', Buffer.of(1), { ttlMs: 60_000 });
    await tiers.erase?.('u', ['1']);
    expect([front.get('single:u:1'), behind.get('single:u:1')]).toEqual([undefined, undefined]);
    front.erase = () => {
      throw new Error('no');
    };
    behind.set('single:u:1', Buffer.of(1), { ttlMs: 60_000 });
    await expect(tiers.erase?.('u', ['1'])).rejects.toThrow('no');
    expect(behind.get('single:u:1')).toBeUndefined();
  });
});
