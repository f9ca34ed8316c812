import { describe, expect, it } from '@jest/globals';
import { CasCacheMetrics } from 'nestjs-cascache/metrics';
import { Registry } from 'prom-client';
import { FAMILIES } from '../../../lib/metrics/families.js';
import { MEMORY } from '../../support/core/topologies.js';
import type { Rig } from '../../support/core/rig.js';

/** Attached as an application does it. */
function shown(register: Registry, namespace = 'user'): Rig {
  const metrics = new CasCacheMetrics({ register });
  const rig = MEMORY.rig({ hooks: [metrics], namespace });
  metrics.attach(() => ({ [rig.cache.namespace]: rig.cache.stats() }));
  return rig;
}

const valueOf = async (register: Registry, name: string, labels: object): Promise<number | undefined> => {
  const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.find((each) => Object.entries(labels).every(([label, value]) => each.labels[label] === value))?.value;
};

describe('a scrape', () => {
  it('shows reads by outcome and reason, loads, fills and invalidations, each time anew', async () => {
    const register = new Registry();
    const { cache } = shown(register);
    for (let i = 0; i < 3; i++) await cache.getOrLoad('42', () => 'value');
    await cache.invalidate('42');
    for (let scrape = 0; scrape < 2; scrape++) {
      const text = await register.metrics();
      expect(text).toContain('cascache_reads_total{namespace="user",outcome="hit",reason=""} 2');
      expect(text).toContain('cascache_reads_total{namespace="user",outcome="miss",reason="absent"} 1');
      expect(text).toContain('cascache_loads_total{namespace="user",outcome="loaded"} 1');
      expect(text).toContain('cascache_fills_total{namespace="user",outcome="stored"} 1');
      expect(text).toContain('cascache_invalidations_total{namespace="user",kind="key"} 1');
      expect(text).toContain('cascache_load_duration_seconds_count{namespace="user",outcome="loaded"} 1');
    }
  });

  it('has a name by the rules of Prometheus for each family, and no key in any label', async () => {
    const register = new Registry();
    const { cache } = shown(register);
    await cache.getOrLoad('a-key-of-a-person', () => 'a value of that person');
    await cache.invalidate('a-key-of-a-person');
    const text = await register.metrics();
    expect(text).not.toMatch(/of-a-person|of that person/);
    for (const { name, type } of FAMILIES) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
    }
  });

  it('has durations in seconds', async () => {
    const register = new Registry();
    const metrics = new CasCacheMetrics({ register });
    const load = { namespace: 'user', id: 1, keys: ['k'], refresh: false, shared: 0 } as const;
    metrics.onEvent({ type: 'load-end', ...load, outcome: 'loaded', durationMs: 250 });
    const operation = { operation: 'get', key: 'k', keys: 1, hits: 1, ok: true } as const;
    metrics.onEvent({ type: 'operation', namespace: 'user', ...operation, durationMs: 5 });
    const text = await register.metrics();
    expect(text).toContain('cascache_load_duration_seconds_sum{namespace="user",outcome="loaded"} 0.25');
    expect(text).toContain('cascache_operation_duration_seconds_sum{namespace="user",operation="get"} 0.005');
  });

  it('of two applications on one registry adds up what they count', async () => {
    const register = new Registry();
    const [one, other] = [shown(register), shown(register)];
    await one.cache.get('42');
    await other.cache.get('42');
    expect(await valueOf(register, 'cascache_reads_total', { outcome: 'miss', reason: 'absent' })).toBe(2);
  });

  it('of registries of their own, each has its own', async () => {
    const [a, b] = [new Registry(), new Registry()];
    const one = shown(a);
    shown(b);
    await one.cache.get('42');
    expect(await valueOf(a, 'cascache_reads_total', { reason: 'absent' })).toBe(1);
    expect(await valueOf(b, 'cascache_reads_total', { reason: 'absent' })).toBe(0);
  });

  it('shows what is held in this process only where something is', async () => {
    const register = new Registry();
    const metrics = new CasCacheMetrics({ register, prefix: 'shop_cache' });
    const stats = MEMORY.rig().cache.stats();
    metrics.attach(() => ({
      values: { ...stats, memory: { entries: 3, evictions: 1 } },
      bytes: { ...stats, memory: { entries: 2, bytes: 80, evictions: 0 } },
      elsewhere: { ...stats, memory: undefined },
    }));
    const text = await register.metrics();
    expect(text).toContain('shop_cache_memory_entries{namespace="values"} 3');
    expect(text).toContain('shop_cache_memory_bytes{namespace="bytes"} 80');
    expect(text).not.toContain('shop_cache_memory_bytes{namespace="values"}');
    expect(text).not.toContain('shop_cache_memory_entries{namespace="elsewhere"}');
  });
});
