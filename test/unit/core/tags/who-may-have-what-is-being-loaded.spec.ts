import { describe, expect, it } from '@jest/globals';

import type { LoadContext } from '../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../support/core/deferred.js';
import { TAGGED } from '../../../support/core/tagged.js';

/** A source whose answers a test gives, one for each call. */
class Source {
  readonly calls: Deferred<string>[] = [];

  readonly load = (): Promise<string> => {
    const call = new Deferred<string>();
    this.calls.push(call);
    return call.promise;
  };

  /** As `load`, with a tag that comes with the answer. */
  readonly loadTagged = async (context: LoadContext): Promise<string> => {
    const value = await this.load();
    context.tag('a');
    return value;
  };

  async called(times: number): Promise<void> {
    for (let turn = 0; turn < 200 && this.calls.length < times; turn++) await Promise.resolve();
    expect(this.calls).toHaveLength(times);
  }

  answer(call: number, value: string): void {
    (this.calls[call] as Deferred<string>).resolve(value);
  }
}

/** Everything that is under way in this process has been done, but for what a test answers. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}

const KNOWN = [
  { when: 'before its load', options: { tags: 'a' }, loader: 'load' },
  { when: 'to its loader alone', options: {}, loader: 'loadTagged' },
] as const;

describe.each(TAGGED)('a load that a tag overtakes: $name', ({ make }) => {
  it.each(KNOWN)('is not stored, where the tag is known $when', async ({ options, loader }) => {
    const { cache } = make();
    const source = new Source();
    const reading = cache.getOrLoad('42', source[loader], options);
    await source.called(1);
    await cache.invalidateTags('a');
    source.answer(0, 'old');
    expect(await reading).toBe('old');
    expect(await cache.get('42')).toBeUndefined();
  });

  it('is stored where another tag was invalidated', async () => {
    const { cache } = make();
    const source = new Source();
    const reading = cache.getOrLoad('42', source.load, { tags: 'a' });
    await source.called(1);
    await cache.invalidateTags('b');
    source.answer(0, 'v');
    await reading;
    expect(await cache.get('42')).toBe('v');
  });

  it('does not take the place of what was loaded after it', async () => {
    const { cache } = make();
    await cache.getOrLoad('43', () => 'v', { tags: 'b' });
    const observed = await cache.observe('42');
    await cache.invalidateTags('a');
    await cache.getOrLoad('42', () => 'new', { tags: 'a' });
    // An entry that is older than the clock makes a process that shares its tags ask what was invalidated since.
    expect(await cache.get('43')).toBe('v');
    expect(await cache.setWithGen('42', 'old', observed, { tags: 'a' })).toBe('stale');
    const many = await cache.setBulkWithGens([['42', 'old']], new Map([['42', observed]]), { tags: 'a' });
    expect(many.singles).toEqual(new Map([['42', 'stale']]));
    expect(await cache.get('42')).toBe('new');
  });

  it.each(KNOWN)('is not for those who came after the tag, known $when', async ({ options, loader }) => {
    const { cache } = make();
    const source = new Source();
    const before = cache.getOrLoad('42', source[loader], options);
    await source.called(1);
    await cache.invalidateTags('a');
    const after = cache.getOrLoad('42', source[loader], options);
    await settled();
    source.answer(0, 'old');
    await source.called(2);
    source.answer(1, 'new');
    expect(await before).toBe('old');
    expect(await after).toBe('new');
    expect(await cache.get('42')).toBe('new');
  });

  it('is shared by those who came before', async () => {
    const { cache } = make();
    const source = new Source();
    const one = cache.getOrLoad('42', source.load, { tags: 'a' });
    await source.called(1);
    const other = cache.getOrLoad('42', source.load, { tags: 'a' });
    await settled();
    source.answer(0, 'v');
    expect(await Promise.all([one, other])).toEqual(['v', 'v']);
    expect(source.calls).toHaveLength(1);
  });

  it('is followed by one load for all who came after, however often tags move', async () => {
    const { cache } = make();
    const source = new Source();
    const readers = [cache.getOrLoad('42', source.loadTagged)];
    await source.called(1);
    for (let n = 0; n < 5; n++) {
      await cache.invalidateTags(`other ${n}`);
      await cache.invalidateTags('a');
      readers.push(cache.getOrLoad('42', source.loadTagged));
      await settled();
    }
    source.answer(0, 'old');
    await source.called(2);
    source.answer(1, 'new');
    expect(await Promise.all(readers)).toEqual(['old', 'new', 'new', 'new', 'new', 'new']);
    expect(source.calls).toHaveLength(2);
  });

  it('carries the tags of all who share it', async () => {
    const { cache } = make();
    const source = new Source();
    const one = cache.getOrLoad('42', source.load, { tags: 'a' });
    await source.called(1);
    const other = cache.getOrLoad('42', source.load, { tags: 'b' });
    await settled();
    source.answer(0, 'v');
    await Promise.all([one, other]);
    expect(await cache.get('42')).toBe('v');
    await cache.invalidateTags('b');
    expect(await cache.get('42')).toBeUndefined();
  });
});
