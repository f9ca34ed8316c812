import { beforeEach, describe, expect, it } from '@jest/globals';

import { AnnouncedTags } from '../../../../lib/core/tags/announced-tags.js';

const EPOCH = 3;
const ERA = 100;

/** An entry with these tags, that was found alive when the clock read so. */
const spares = (announced: AnnouncedTags, tags: readonly string[], seq: number): boolean =>
  announced.spares(tags, EPOCH, { era: ERA, seq });

describe('what was announced of tags', () => {
  let announced: AnnouncedTags;

  beforeEach(() => {
    announced = new AnnouncedTags(3);
  });

  const hear = (seq: number, ...tags: readonly string[]): boolean => announced.hear(EPOCH, { era: ERA, seq, tags });

  it('concerns what carries the tag and was found alive before, and nothing else', () => {
    hear(105, 'a');
    expect(spares(announced, ['b', 'a'], 104)).toBe(false);
    expect(spares(announced, ['b', 'a'], 105)).toBe(true);
    expect(spares(announced, ['b'], 104)).toBe(true);
    expect(spares(announced, [], 104)).toBe(true);
  });

  it('may come in any order', () => {
    hear(105, 'a');
    hear(103, 'b', 'a');
    expect(spares(announced, ['a'], 104)).toBe(false);
    expect(spares(announced, ['b'], 102)).toBe(false);
    expect(spares(announced, ['b'], 103)).toBe(true);
  });

  it('is remembered of so many tags; what is forgotten counts for every entry that is older', () => {
    hear(101, 'a');
    hear(102, 'b');
    hear(103, 'c');
    hear(104, 'a');
    // Of b, which was heard longest ago.
    hear(105, 'd');
    expect(spares(announced, ['x'], 101)).toBe(false);
    expect(spares(announced, ['x'], 102)).toBe(true);
    expect(spares(announced, ['b'], 102)).toBe(true);
    expect(spares(announced, ['c'], 102)).toBe(false);
    expect(spares(announced, ['a'], 103)).toBe(false);
  });

  it('is forgotten with its epoch', () => {
    hear(105, 'a');
    expect(announced.hear(EPOCH + 1, { era: ERA, seq: 103, tags: ['b'] })).toBe(true);
    expect(announced.spares(['a'], EPOCH + 1, { era: ERA, seq: 102 })).toBe(true);
    expect(announced.spares(['b'], EPOCH + 1, { era: ERA, seq: 102 })).toBe(false);
    expect(announced.spares(['b'], EPOCH + 2, { era: ERA, seq: 102 })).toBe(true);
  });

  it('contradicts what is of another era, in its epoch', () => {
    expect(announced.contradicts(EPOCH, { era: ERA, seq: 101 })).toBe(false);
    hear(105, 'a');
    expect(announced.contradicts(EPOCH, { era: ERA, seq: 101 })).toBe(false);
    expect(announced.contradicts(EPOCH, { era: ERA + 1, seq: 101 })).toBe(true);
    expect(announced.contradicts(EPOCH + 1, { era: ERA + 1, seq: 101 })).toBe(false);
    expect(announced.hear(EPOCH, { era: 50, seq: 51, tags: ['a'] })).toBe(false);
  });

  it('contradicts nothing where nothing was heard in the epoch', () => {
    expect(announced.contradicts(0, { era: ERA, seq: 101 })).toBe(false);
  });
});
