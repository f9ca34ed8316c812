import { describe, expect, it } from '@jest/globals';

import { Embedded } from '../../../support/core/embedded.js';
import { HandLeases, leased } from '../../../support/core/hand-leases.js';
import { BYTES, NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';

describe('what went before a miss', () => {
  it.each(TOPOLOGIES)('is remembered where it is asked for, the latest last: $name', async ({ rig: make }) => {
    const rig = make({ history: 10 });
    await rig.cache.getOrLoad('a', () => 'value');
    await rig.cache.get('a');
    rig.timers.advance(1_000);
    await rig.cache.getOrLoad('other', () => 'value');
    await rig.cache.invalidate('a');
    await rig.cache.get('a');
    const { history, text } = await rig.cache.explain('a');
    const begun = rig.timers.wall() - 1_000;
    expect(history).toMatchObject([
      { at: begun, type: 'miss', reason: 'absent' },
      { at: begun, type: 'fill', outcome: 'stored' },
      { at: begun + 1_000, type: 'invalidate' },
      { at: begun + 1_000, type: 'miss', reason: 'absent' },
    ]);
    expect(text).toMatch(/seen here: .*fill stored; .*invalidate; .*miss absent/);
  });

  it('is the last of all keys together, and no more', async () => {
    const { cache } = new Embedded({ history: 3 });
    for (const key of ['a', 'b', 'c', 'a']) await cache.get(key);
    expect((await cache.explain('a')).history).toMatchObject([{ type: 'miss' }]);
    expect((await cache.explain('b')).history).toHaveLength(1);
    await cache.get('d');
    expect((await cache.explain('b')).history).toEqual([]);
  });

  it('has clears of the namespace, heals, and tags of the entry', async () => {
    const { cache } = new Embedded({ history: 10, tags: true });
    await cache.getOrLoad('a', () => 'value', { tags: ['red'] });
    await cache.invalidateTags(['red', 'blue']);
    expect((await cache.explain('a')).history).toMatchObject([{}, {}, { type: 'invalidate-tags', tags: ['red'] }]);
    await cache.get('a');
    expect((await cache.explain('a')).history?.slice(3)).toMatchObject([
      { type: 'heal', reason: 'tag-invalidated' },
      { type: 'miss', reason: 'tag-invalidated' },
    ]);
    await cache.clear();
    expect((await cache.explain('a')).history?.at(-1)).toMatchObject({ type: 'clear' });
  });

  it('has what other processes announced, where there are read leases', async () => {
    const leases = new HandLeases();
    const rig = leased(NEAR, leases, { history: 10 });
    leases.user?.heard(['a']);
    leases.user?.heard('all');
    expect((await rig.cache.explain('a')).history).toMatchObject([{ type: 'announced' }, { type: 'announced' }]);
    expect((await rig.cache.explain('b')).history).toHaveLength(1);
  });

  it('is not there where it was not asked for, and nothing listens to hits in either case', async () => {
    expect((await new Embedded().cache.explain('a')).history).toBeUndefined();
    const listening = (rig: ReturnType<typeof BYTES.rig>): number =>
      (rig.components.reporter as unknown as { listeners: { hit: readonly unknown[] } }).listeners.hit.length;
    expect(listening(BYTES.rig({ history: 10 }))).toBe(listening(BYTES.rig()));
  });
});
