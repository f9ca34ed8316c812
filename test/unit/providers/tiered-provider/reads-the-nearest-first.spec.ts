import { describe, expect, it } from '@jest/globals';

import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { CallLog } from '../../../support/core/call-log.js';
import { settled } from '../../../support/core/manual-timers.js';
import { ScriptedProvider } from '../../../support/core/scripted-provider.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Two tiers, of which the second tells how long its entries still have. */
function tiers(ttl?: number) {
  const log = new CallLog();
  const process = new ScriptedProvider<Uint8Array>('bytes', 'process', log, 'process');
  const redis = new ScriptedProvider<Uint8Array>('bytes', 'shared', log, 'redis');
  redis.remainingTtl = (key) => redis.held.get(key)?.ttlMs;
  const faults: string[] = [];
  const store = new TieredProvider(
    [
      { name: 'process', provider: process, ttl },
      { name: 'redis', provider: redis },
    ],
    { onFault: (name, operation, cause) => faults.push(`${name}.${operation}: ${(cause as Error).message}`) },
  );
  const put = (tier: ScriptedProvider<Uint8Array>, key: string, text: string, ttlMs = 1_000): void =>
    void tier.held.set(key, { entry: bytes(text), ttlMs, cost: undefined });
  return { store, process, redis, log, faults, put };
}

describe('a tiered provider', () => {
  it('answers what its first tier has, at once, and asks no other', async () => {
    const { store, process, log, put } = tiers();
    put(process, 'a', 'near');
    expect(store.get('a')).toEqual(bytes('near'));
    expect(await store.getMany(['a', 'a'])).toEqual([bytes('near'), bytes('near')]);
    expect(log.steps()).toEqual(['process.get', 'process.getMany']);
  });

  it('answers what the next tier has, and keeps a copy for as long as that has left there', async () => {
    const { store, process, redis, put } = tiers();
    put(redis, 'a', 'far', 700);
    put(redis, 'b', 'far too', 900);
    put(process, 'c', 'near');
    expect(await store.get('a')).toEqual(bytes('far'));
    expect(await store.getMany(['none', 'c', 'b'])).toEqual([undefined, bytes('near'), bytes('far too')]);
    await settled();
    expect(process.held.get('a')).toEqual({ entry: bytes('far'), ttlMs: 700, cost: undefined });
    expect(process.held.get('b')?.ttlMs).toBe(900);
    expect(process.held.has('none')).toBe(false);
  });

  it('keeps a copy for no longer than the ttl of its tier', async () => {
    const { store, process, redis, put } = tiers(100);
    put(redis, 'a', 'far', 700);
    put(redis, 'b', 'far', 50);
    await store.getMany(['a', 'b']);
    await settled();
    expect(process.held.get('a')?.ttlMs).toBe(100);
    expect(process.held.get('b')?.ttlMs).toBe(50);
  });

  it('keeps no copy of what has gone, has no time left, or whose time nobody knows', async () => {
    const { store, process, redis, put } = tiers();
    put(redis, 'a', 'far');
    for (const remaining of [undefined, 0, -1, NaN, Infinity]) {
      redis.remainingTtl = () => remaining;
      expect(await store.get('a')).toEqual(bytes('far'));
      await settled();
    }
    delete redis.remainingTtl;
    expect(await store.get('a')).toEqual(bytes('far'));
    await settled();
    expect(process.held.size).toBe(0);
  });

  it('waits for no copy, and fails for none', async () => {
    const { store, process, redis, faults, put } = tiers();
    put(redis, 'a', 'far');
    process.script.fail('set', 'throw', new Error('full'));
    expect(await store.get('a')).toEqual(bytes('far'));
    await settled();
    expect(faults).toEqual(['process.warm: full']);
    redis.remainingTtl = () => Promise.reject(new Error('gone'));
    expect(await store.get('a')).toEqual(bytes('far'));
    await settled();
    expect(faults).toEqual(['process.warm: full', 'redis.warm: gone']);
    redis.remainingTtl = () => new Promise(() => undefined);
    expect(await store.get('a')).toEqual(bytes('far'));
  });

  it.each(['throw', 'reject'] as const)('passes over a tier that fails (%s)', async (how) => {
    const { store, process, redis, faults, put } = tiers();
    put(redis, 'a', 'far');
    process.script.fail('*', how, new Error('broken'));
    expect(await store.get('a')).toEqual(bytes('far'));
    expect(await store.getMany(['a', 'none'])).toEqual([bytes('far'), undefined]);
    expect(faults.filter((fault) => fault === 'process.get: broken')).toHaveLength(2);
    process.script.mend();
    redis.script.fail('*', how, new Error('down'));
    put(process, 'b', 'near');
    expect(await store.get('b')).toEqual(bytes('near'));
    expect(await store.get('none')).toBeUndefined();
    expect(await store.getMany(['b', 'none'])).toEqual([bytes('near'), undefined]);
    expect(faults).toContain('redis.get: down');
  });

  it('passes over one key that fails', async () => {
    const { store, process, redis, faults, put } = tiers();
    put(redis, 'a', 'far');
    process.script.failKey('getMany', 'a', new Error('damaged'));
    expect(await store.getMany(['a'])).toEqual([bytes('far')]);
    expect(faults).toEqual(['process.get: damaged']);
  });

  it('fails when every tier does, with the cause of each', async () => {
    const { store, process, redis } = tiers();
    process.script.fail('*', 'reject', new Error('broken'));
    redis.script.fail('*', 'reject', new Error('down'));
    const causes = { errors: [new Error('broken'), new Error('down')] };
    await expect(store.get('a')).rejects.toMatchObject(causes);
    expect(await store.getMany(['a'])).toEqual([expect.objectContaining(causes)]);
    process.script.fail('*', 'throw', new Error('broken'));
    redis.script.fail('*', 'throw', new Error('down'));
    expect(() => store.get('a')).toThrow(AggregateError);
  });

  it('knows how long an entry has where a tier does', async () => {
    const { store, redis, put } = tiers();
    put(redis, 'a', 'far', 700);
    expect(await store.remainingTtl?.('a')).toBe(700);
    expect(await store.remainingTtl?.('none')).toBeUndefined();
    redis.remainingTtl = () => Promise.reject(new Error('down'));
    expect(await store.remainingTtl?.('a')).toBeUndefined();
    const { process } = tiers();
    expect(new TieredProvider([{ name: 'only', provider: process }]).remainingTtl).toBeUndefined();
  });
});
