import { describe, expect, it } from '@jest/globals';

import { SeenKeys } from '../../../../lib/redis/cells/seen-keys.js';

const MANY = 100_000;

function keys(count: number, of = 'user'): string[] {
  return Array.from({ length: count }, (_, n) => `single:${of}:${n}:profile`);
}

function known(seen: SeenKeys, asked: readonly string[]): number {
  return asked.filter((key) => seen.add(key)).length;
}

describe('the keys that a process has asked for', () => {
  it('are known from the second time on', () => {
    const seen = new SeenKeys();
    expect(['a', 'b', 'a', 'c', 'b'].map((key) => seen.add(key))).toEqual([false, false, true, false, true]);
  });

  it('are remembered while as many others came as it has room for', () => {
    const seen = new SeenKeys();
    const early = keys(1_000, 'early');
    known(seen, early);
    known(seen, keys(MANY));
    expect(known(seen, early)).toBe(early.length);
  });

  it('are forgotten after very many others, and most of the new ones are known for new', () => {
    const seen = new SeenKeys();
    const early = keys(1_000, 'early');
    known(seen, early);
    for (let n = 0; n < 5; n++) expect(known(seen, keys(MANY, `new ${n}`))).toBeLessThan(MANY / 3);
    expect(known(seen, early)).toBeLessThan(early.length / 3);
  });

  it('are told apart by what is last in a long key', () => {
    const seen = new SeenKeys();
    const long = 'x'.repeat(1_000);
    expect([seen.add(`${long}1`), seen.add(`${long}2`), seen.add(`${long}1`)]).toEqual([false, false, true]);
  });

  it('all count as known while it pauses', () => {
    const seen = new SeenKeys();
    seen.pause();
    expect([seen.add('a'), seen.add('b')]).toEqual([true, true]);
  });
});
