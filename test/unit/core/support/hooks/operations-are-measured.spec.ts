import { describe, expect, it } from '@jest/globals';
import { settled } from '../../../../support/core/manual-timers.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';
import { ATOMIC, MEMORY, TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES.filter((topology) => topology !== MEMORY))('operations are measured: $name', ({ rig }) => {
  it('each that asks the stores, by its name, with what it found', async () => {
    const events = new RecordedEvents(['operation']);
    const { cache } = rig({ hooks: [events] });
    await cache.get('42');
    await cache.setWithGen('42', 'value', await cache.snapshotGen('42'));
    await cache.get('42');
    await cache.getBulk(['42', '43']);
    await cache.invalidate(['42', '43']);
    await cache.clear();
    const told = events
      .of('operation')
      .map(({ operation, key, keys, hits, ok }) => ({ operation, key, keys, hits, ok }));
    const gets = told.filter(({ operation }) => operation === 'get' || operation === 'getBulk');
    expect(gets).toEqual([
      { operation: 'get', key: '42', keys: 1, hits: 0, ok: true },
      { operation: 'get', key: '42', keys: 1, hits: 1, ok: true },
      { operation: 'getBulk', key: undefined, keys: 2, hits: 1, ok: true },
    ]);
    expect(told.slice(-2)).toEqual([
      { operation: 'invalidate', key: undefined, keys: 2, hits: 0, ok: true },
      { operation: 'clear', key: undefined, keys: 0, hits: 0, ok: true },
    ]);
  });

  it('a read of a disabled cache asks none', async () => {
    const events = new RecordedEvents(['operation']);
    const { cache } = rig({ hooks: [events], enabled: false });
    await cache.get('42');
    expect(events.all).toEqual([]);
  });
});

describe('how long they took', () => {
  it('is until the answer, or the deadline', async () => {
    const events = new RecordedEvents(['operation']);
    const { cache, generations, atomic, timers } = ATOMIC.rig({ hooks: [events], timeout: 250 });
    expect(atomic).toBeDefined();
    atomic?.script.fail('*', 'hang');
    const late = cache.get('42');
    await settled();
    timers.advance(250);
    expect(await late).toBeUndefined();
    generations.script.fail('*', 'hang');
    const none = cache.snapshotGen('42');
    await settled();
    timers.advance(250);
    expect(await none).toBe(0);
    expect(events.of('operation')).toMatchObject([
      { operation: 'get', ok: false, hits: 0, durationMs: 250 },
      { operation: 'snapshot', ok: false, durationMs: 250 },
    ]);
  });

  it('says of each that failed that the stores have not answered', async () => {
    const events = new RecordedEvents(['operation']);
    const { cache, generations, atomic } = ATOMIC.rig({ hooks: [events], tags: true });
    const seen = await cache.observe('42');
    events.forget();
    generations.script.fail('*', 'reject');
    generations.tags.script.fail('*', 'reject');
    atomic?.script.fail('*', 'reject');
    await cache.getBulk(['a', 'b']);
    await cache.snapshotGens(['a', 'b']);
    await cache.setWithGen('42', 'value', seen);
    await cache.setBulkWithGens([['42', 'value']], new Map([['42', seen]]));
    await cache.invalidate('a').catch(() => undefined);
    await cache.invalidateTags('a').catch(() => undefined);
    await cache.clear().catch(() => undefined);
    expect(events.of('operation').map(({ operation, ok }) => [operation, ok])).toEqual([
      ['getBulk', false],
      ['snapshot', false],
      ['set', false],
      ['setBulk', false],
      ['invalidate', false],
      ['invalidate', false],
      ['clear', false],
    ]);
  });

  it('is not asked in process, where hits stay quick', async () => {
    const events = new RecordedEvents(['operation']);
    const { cache } = MEMORY.rig({ hooks: [events] });
    await cache.getOrLoad('42', () => 'value');
    await cache.invalidate('42');
    expect(events.all).toEqual([]);
  });
});
