import { describe, expect, it } from '@jest/globals';

import { CasKeyError, CasTtlError } from '../../../../../lib/errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('withWriteIntent: $name', ({ rig }) => {
  it('reads miss, snapshots are 0 and fills are refused while the write runs; afterwards a fresh fill hits', async () => {
    const stores = rig();
    const observed = stores.seed('42', 'old');
    stores.seed('43', 'other');
    const write = new Deferred<string>();
    const written = stores.cache.withWriteIntent('42', () => write.promise);
    await settled();

    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.cache.getSync('42')).toBeUndefined();
    const { values, missing } = await stores.cache.getBulk(['42', '43']);
    expect([[...values], missing]).toEqual([[['43', 'other']], ['42']]);
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect(await stores.cache.setWithGen('42', 'old', observed)).toBe('stale');
    expect(await stores.cache.getOrLoad('42', () => 'old')).toBe('old');
    expect(stores.has('42')).toBe(false);

    write.resolve('done');
    expect(await written).toBe('done');
    expect(await stores.cache.setWithGen('42', 'old', observed)).toBe('stale');
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
    expect(stores.cache.stats()).toMatchObject({ intents: { opened: 1, lost: 0 }, invalidations: 1 });
    expect(stores.events.of('intent-lost')).toEqual([]);
  });

  it('opens before the write, settles after it, in one step each, however many keys', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent(['b', 'a', 'b'], () => stores.log.note('test', 'write', []));
    const steps = stores.log.steps().filter((step) => /^(?:intents|test)/.test(step));
    expect(steps).toEqual(['intents.open', 'test.write', 'intents.settle']);
    // In one order, whatever order they were named in.
    expect(stores.log.of('intents.open')[0]?.keys).toEqual([stores.at('a'), stores.at('b')]);
    expect(stores.log.of('intents.settle')[0]?.keys).toEqual([stores.at('a'), stores.at('b')]);
  });

  it('the error of a write is rethrown after its keys were invalidated', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const failed = new Error('the write failed');
    const write = stores.cache.withWriteIntent('42', () => Promise.reject(failed));
    await expect(write).rejects.toBe(failed);
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
  });

  it('two writers of a key: it is closed until the last one has ended', async () => {
    const stores = rig();
    const other = stores.another();
    const [first, second] = [new Deferred(), new Deferred()];
    const writes = [
      stores.cache.withWriteIntent('42', () => first.promise),
      other.withWriteIntent('42', () => second.promise),
    ];
    await settled();
    first.resolve();
    await writes[0];
    expect(await stores.cache.getOrLoad('42', () => 'half')).toBe('half');
    expect(await other.get('42')).toBeUndefined();
    second.resolve();
    await writes[1];
    expect(await other.getOrLoad('42', () => 'whole')).toBe('whole');
    expect(await stores.cache.get('42')).toBe('whole');
  });

  it('a write under an intent inside another one: both keys are closed until the outer one has ended', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent('a', async () => {
      await stores.cache.withWriteIntent(['a', 'b'], () => undefined);
      expect([...stores.generations.intents.writers.keys()]).toEqual([stores.at('a'), stores.at('b')]);
    });
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
  });

  it('acts on a disabled cache: other replicas may be enabled', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const disabled = stores.another({ enabled: false });
    await disabled.withWriteIntent('42', async () => {
      expect(await stores.cache.get('42')).toBeUndefined();
    });
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.log.of('intents.settle')).toHaveLength(1);
  });

  it('no key: the write just runs', async () => {
    const stores = rig();
    expect(await stores.cache.withWriteIntent([], () => 'done')).toBe('done');
    expect(stores.log.steps()).toEqual([]);
  });

  it('bad input is refused before anything is opened', async () => {
    const { cache, log } = rig();
    const write = (): never => {
      throw new Error('begun');
    };
    await expect(cache.withWriteIntent('', write)).rejects.toBeInstanceOf(CasKeyError);
    await expect(cache.withWriteIntent('42', write, { lease: 0 })).rejects.toBeInstanceOf(CasTtlError);
    const onUnavailable = 'ignore' as 'throw';
    await expect(cache.withWriteIntent('42', write, { onUnavailable })).rejects.toThrow("'throw' or 'proceed'");
    expect(log.steps()).toEqual([]);
  });
});
