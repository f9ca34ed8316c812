import { describe, expect, it } from '@jest/globals';

import { ABSENT } from '../../../lib/contracts/generation-store.js';
import { CellsByHand, PREFIX, numbered } from '../../support/cells-by-hand.js';

const MINUTE = 60_000;

describe('cells of entries', () => {
  it('hold no more entries than they may', () => {
    const hand = new CellsByHand(100);
    const keys = numbered('k', 1_000);
    for (const key of keys) hand.fill(key);
    expect(hand.held(keys)).toHaveLength(100);
    expect(hand.found('k999')).toBe('k999');
  });

  it('give up what was not read before what was, and the oldest of those first', () => {
    const hand = new CellsByHand(4);
    for (const key of ['a', 'b', 'c', 'd']) hand.fill(key);
    hand.found('a');
    hand.found('c');
    hand.fill('e');
    hand.fill('f');
    expect(hand.held(['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['a', 'c', 'e', 'f']);
  });

  it('keep what is read again and again through a scan of keys that are read once', () => {
    const hand = new CellsByHand(50);
    const hot = numbered('hot', 20);
    for (const key of hot) hand.fill(key);
    for (const key of numbered('once', 5_000)) {
      hand.fill(key);
      for (const each of hot) hand.found(each);
    }
    expect(hand.held(hot)).toEqual(hot);
  });

  it('give one up in a bounded number of looks, also where all were read', () => {
    const hand = new CellsByHand(1_000);
    const keys = numbered('k', 1_000);
    for (const key of keys) hand.fill(key);
    expect(hand.held(keys)).toHaveLength(1_000);
    hand.fill('new');
    // The hand spared 64, whose marks it took, and gave up the one after them.
    expect(hand.found('k64')).toBeUndefined();
    expect(hand.held(keys)).toHaveLength(999);
  });

  it('make no room for an entry that replaces another', () => {
    const hand = new CellsByHand(2);
    hand.fill('a');
    hand.fill('b');
    hand.fill('b', 'anew');
    expect(hand.held(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('go on evicting after a clear, and after the entries that eviction was at were invalidated', () => {
    const hand = new CellsByHand(10);
    const keys = numbered('k', 200);
    for (const [n, key] of keys.entries()) {
      hand.fill(key);
      if (n % 7 === 0) hand.cells.bump(keys[n - 3] ?? '');
      if (n === 100) hand.cells.clear('');
    }
    expect(hand.held(keys).length).toBeLessThanOrEqual(10);
    for (const key of numbered('l', 200)) hand.fill(key);
    expect(hand.held(numbered('l', 200))).toHaveLength(10);
  });

  it('lose no entry to loads that fill nothing', () => {
    const hand = new CellsByHand(5);
    const keys = numbered('k', 5);
    for (const key of keys) hand.fill(key);
    for (const key of numbered('loading', 50_000)) hand.snapshot(key);
    expect(hand.held(keys)).toEqual(keys);
  });

  it('keep the generation of a load for a minute, and few of them for long after it', () => {
    const hand = new CellsByHand(5);
    const observed = hand.snapshot('a');
    hand.time.now += MINUTE - 1;
    for (const key of numbered('k', 1_000)) hand.snapshot(key);
    expect(hand.fillUnder('a', observed)).toBe(true);

    const late = hand.snapshot('b');
    for (let n = 0; n < 3; n++) {
      hand.time.now += MINUTE;
      hand.snapshot(`later${n}`);
    }
    expect(hand.generations.current(`${PREFIX}b`)).toBe(ABSENT);
    expect(hand.fillUnder('b', late)).toBe(false);
  });

  it('forget the oldest of very many loads, which then do not fill', () => {
    const hand = new CellsByHand(5);
    const first = hand.snapshot('first');
    for (const key of numbered('k', 30_000)) hand.snapshot(key);
    expect(hand.fillUnder('first', first)).toBe(false);
    expect(hand.fill('k29999')).toBe(true);
  });

  it('are asked for by every snapshot anew, which then lives for a minute from there', () => {
    const hand = new CellsByHand(5);
    const observed = hand.snapshot('a');
    for (let n = 0; n < 10; n++) {
      hand.time.now += MINUTE / 2;
      expect(hand.snapshot('a')).toBe(observed);
      hand.snapshot(`other${n}`);
    }
    expect(hand.fillUnder('a', observed)).toBe(true);
  });

  it('never give up a key that a writer has open', () => {
    const hand = new CellsByHand(2);
    hand.generations.intents.open([`${PREFIX}w`], 't', 10 * MINUTE);
    for (const key of numbered('k', 30_000)) hand.fill(key);
    hand.time.now += 3 * MINUTE;
    expect(hand.snapshot('w')).toBe(0);
  });
});
