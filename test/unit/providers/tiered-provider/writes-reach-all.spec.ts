import { describe, expect, it } from '@jest/globals';

import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { CallLog } from '../../../support/core/call-log.js';
import { settled } from '../../../support/core/manual-timers.js';
import { ScriptedProvider } from '../../../support/core/scripted-provider.js';

const ENTRY = Buffer.from('entry');
const ITEMS = [
  { key: 'a', entry: ENTRY, cost: 3 },
  { key: 'b', entry: ENTRY },
];

function tiers(ttl?: number) {
  const log = new CallLog();
  const process = new ScriptedProvider<Uint8Array>('bytes', 'process', log, 'process');
  const redis = new ScriptedProvider<Uint8Array>('bytes', 'shared', log, 'redis');
  const faults: string[] = [];
  const named = [
    { name: 'process', provider: process, ttl },
    { name: 'redis', provider: redis },
  ];
  const onFault = (name: string, operation: string, cause: unknown): void =>
    void faults.push(`${name}.${operation}: ${(cause as Error).message}`);
  return { store: new TieredProvider(named, { onFault }), process, redis, faults, log };
}

const old = { entry: Buffer.from('old'), ttlMs: 1, cost: undefined };

describe('a tiered provider', () => {
  it('stores in every tier, for the ttl of the tier at most', async () => {
    const { store, process, redis } = tiers(100);
    expect(await store.set('one', ENTRY, { ttlMs: 700, cost: 2 })).toBe(true);
    expect(await store.setMany(ITEMS, { ttlMs: 700 })).toEqual([true, true]);
    expect(process.held.get('one')).toEqual({ entry: ENTRY, ttlMs: 100, cost: 2 });
    expect(redis.held.get('one')).toEqual({ entry: ENTRY, ttlMs: 700, cost: 2 });
    expect(process.held.get('a')).toEqual({ entry: ENTRY, ttlMs: 100, cost: 3 });
    expect(redis.held.get('b')).toEqual({ entry: ENTRY, ttlMs: 700, cost: undefined });
    expect(await store.set('one', ENTRY, { ttlMs: 70 })).toBe(true);
    expect(process.held.get('one')?.ttlMs).toBe(70);
  });

  it('has stored what one of its tiers has, and refused what all refuse', async () => {
    const { store, process, redis } = tiers();
    process.refuses = () => true;
    redis.refuses = (key) => key === 'b';
    expect(await store.set('a', ENTRY, { ttlMs: 1 })).toBe(true);
    expect(await store.set('b', ENTRY, { ttlMs: 1 })).toBe(false);
    expect(await store.setMany(ITEMS, { ttlMs: 1 })).toEqual([true, false]);
  });

  it.each(['throw', 'reject'] as const)('stores in the others when one tier fails (%s)', async (how) => {
    const { store, process, redis, faults } = tiers();
    for (const key of ['one', 'a', 'b']) process.held.set(key, old);
    process.script.fail('set', how, new Error('broken'));
    process.script.fail('setMany', how, new Error('broken'));
    expect(await store.set('one', ENTRY, { ttlMs: 1 })).toBe(true);
    expect(await store.setMany(ITEMS, { ttlMs: 1 })).toEqual([true, true]);
    expect([...redis.held.keys()]).toEqual(['one', 'a', 'b']);
    expect(faults).toEqual(['process.set: broken', 'process.set: broken']);
    await settled();
    // An older entry would have stood in front of the new one.
    expect(process.held.size).toBe(0);
  });

  it('stores in the others when one tier fails for a key', async () => {
    const { store, process, redis, faults } = tiers();
    process.held.set('a', old);
    process.script.failKey('setMany', 'a', new Error('broken'));
    expect(await store.setMany(ITEMS, { ttlMs: 1 })).toEqual([true, true]);
    expect(faults).toEqual(['process.set: broken']);
    await settled();
    expect([...process.held.keys()]).toEqual(['b']);
    expect(redis.held.size).toBe(2);
  });

  it('deletes in every tier, and in the others when one fails', async () => {
    const { store, process, redis, faults } = tiers();
    for (const tier of [process, redis]) for (const key of ['one', 'a', 'b']) tier.held.set(key, old);
    await store.delete('one');
    expect(process.held.has('one') || redis.held.has('one')).toBe(false);
    redis.script.fail('*', 'reject', new Error('down'));
    await store.delete('a');
    expect(await store.deleteMany(['b'])).toEqual([undefined]);
    expect(process.held.size).toBe(0);
    expect(faults).toEqual(['redis.delete: down', 'redis.delete: down']);
    redis.script.mend();
    redis.script.failKey('deleteMany', 'b', new Error('damaged'));
    expect(await store.deleteMany(['a', 'b'])).toEqual([undefined, undefined]);
    expect(faults.at(-1)).toBe('redis.delete: damaged');
  });

  it('fails when every tier does', async () => {
    const { store, process, redis } = tiers();
    process.script.fail('*', 'throw', new Error('broken'));
    redis.script.fail('*', 'reject', new Error('down'));
    const causes = { errors: [new Error('broken'), new Error('down')] };
    await expect(store.set('a', ENTRY, { ttlMs: 1 })).rejects.toMatchObject(causes);
    await expect(store.setMany(ITEMS, { ttlMs: 1 })).rejects.toMatchObject(causes);
    await expect(store.delete('a')).rejects.toMatchObject(causes);
    await expect(store.deleteMany(['a'])).rejects.toMatchObject(causes);
    await expect(store.clear?.('')).rejects.toMatchObject(causes);
    for (const tier of [process, redis]) {
      tier.script.mend();
      for (const operation of ['setMany', 'deleteMany']) tier.script.failKey(operation, 'a', new Error('damaged'));
    }
    const damaged = expect.objectContaining({ errors: [new Error('damaged'), new Error('damaged')] });
    expect(await store.setMany(ITEMS, { ttlMs: 1 })).toEqual([damaged, true]);
    expect(await store.deleteMany(['a', 'b'])).toEqual([damaged, undefined]);
  });

  it('clears the tiers that can be cleared', async () => {
    const { store, process, redis } = tiers();
    process.held.set('a', old);
    redis.held.set('a', old);
    await store.clear?.('');
    expect(process.held.size + redis.held.size).toBe(0);
  });

  it('asks no tier for nothing', async () => {
    const { store, log } = tiers();
    expect([await store.getMany([]), await store.setMany([], { ttlMs: 1 }), await store.deleteMany([])]).toEqual([
      [],
      [],
      [],
    ]);
    expect(log.calls).toEqual([]);
  });

  it('closes every tier, once, and says which did not close', async () => {
    const { store, process, redis } = tiers();
    process.script.fail('close', 'throw', new Error('stuck'));
    await expect(store.close()).rejects.toMatchObject({ code: 'CAS_CLOSE', errors: [new Error('stuck')] });
    await expect(store.close()).rejects.toMatchObject({ code: 'CAS_CLOSE' });
    expect(redis.closed).toBe(1);
  });

  it('is not harmed by who hears of its faults', async () => {
    const { process, redis } = tiers();
    const onFault = (): never => {
      throw new Error('of the listener');
    };
    const store = new TieredProvider(
      [
        { name: 'process', provider: process },
        { name: 'redis', provider: redis },
      ],
      { onFault },
    );
    process.script.fail('*', 'throw');
    expect(await store.set('a', ENTRY, { ttlMs: 1 })).toBe(true);
    expect(await store.get('a')).toEqual(ENTRY);
  });
});
