import { describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import { CellsByHand, PREFIX, TTL_MS } from '../../support/cells-by-hand.js';

const at = (key: string): string => PREFIX + key;

describe('cells of entries', () => {
  it('answer what was filled under the generation that the key has', () => {
    const hand = new CellsByHand();
    const observed = hand.snapshot('a');
    expect(hand.found('a')).toBeUndefined();
    expect(hand.fillUnder('a', observed, 'v1')).toBe(true);
    expect(hand.found('a')).toBe('v1');
    expect(hand.cells.generationOf(hand.cell('a'))).toBe(observed);
    expect(hand.generations.current(at('a'))).toBe(observed);
  });

  it.each([
    ['a bump', (hand: CellsByHand) => hand.cells.bump('a')],
    ['a bump by the token', (hand: CellsByHand) => hand.generations.bump(at('a'))],
    ['a writer that opens the key', (hand: CellsByHand) => hand.generations.intents.open([at('a')], 't', 1_000)],
    ['a clear', (hand: CellsByHand) => hand.cells.clear('')],
    ['a clear of a part', (hand: CellsByHand) => hand.cells.clear('a')],
    ['a clear of the generations, by the token', (hand: CellsByHand) => hand.generations.clear(PREFIX)],
    ['the end of the store', (hand: CellsByHand) => hand.generations.close()],
  ])('%s ends the entry in the same step, and refuses the fill of a load that began before', (_, end) => {
    const hand = new CellsByHand();
    hand.fill('a', 'v1');
    const observed = hand.snapshot('a');
    hand.fill('b');
    const awaited = hand.snapshot('ab');
    end(hand);
    expect(hand.found('a')).toBeUndefined();
    expect(hand.fillUnder('a', observed, 'v1')).toBe(false);
    expect(hand.found('a')).toBeUndefined();
    // Of another key, if the whole namespace was meant, or the part that it belongs to.
    const spared = hand.found('b') !== undefined && hand.generations.current(at('ab')) !== ABSENT;
    expect(hand.fillUnder('ab', awaited)).toBe(spared);
  });

  it.each([
    ['a bump', (hand: CellsByHand) => hand.cells.bump('a')],
    ['a writer that opens the key', (hand: CellsByHand) => hand.generations.intents.open([at('a')], 't', 1_000)],
    ['a clear', (hand: CellsByHand) => hand.cells.clear('')],
    ['a clear of a part', (hand: CellsByHand) => hand.cells.clear('a')],
  ])('%s refuses the fill of a load that began long before, and of one that was asked for again since', (_, end) => {
    const hand = new CellsByHand();
    const long = hand.snapshot('a');
    // Two tables have what loads wait for, and a minute makes the one of before the older.
    hand.time.now += 60_000;
    hand.snapshot('other');
    const again = hand.snapshot('a');
    expect(again).toBe(long);
    hand.time.now += 60_000;
    hand.snapshot('another');
    expect(hand.generations.current(at('a'))).toBe(long);
    end(hand);
    expect(hand.fillUnder('a', long)).toBe(false);
    expect(hand.found('a')).toBeUndefined();
  });

  it('no generation is issued twice for a key, whatever ended the one before', () => {
    const hand = new CellsByHand();
    const seen = new Set<number>();
    const ends = [
      () => hand.cells.bump('a'),
      () => hand.cells.clear(''),
      () => hand.cells.clear('a'),
      () => hand.generations.bump(at('a')),
      () => {
        hand.generations.intents.open([at('a')], 't', 1_000);
        hand.generations.intents.settle([at('a')], 't');
      },
    ];
    for (let n = 0; n < 50; n++) {
      const generation = hand.snapshot('a');
      expect(seen.has(generation)).toBe(false);
      seen.add(generation);
      const next = ends[n % ends.length]?.();
      if (typeof next === 'number') seen.add(next).add(hand.generations.current(at('a')));
      hand.cells.bump('a');
    }
  });

  it('a fill stores nothing under a generation that the key never had', () => {
    const hand = new CellsByHand();
    const observed = hand.snapshot('a');
    for (const other of [0, -1, ABSENT, OPEN, 1, observed - 1, observed + 1, observed + 2 ** 32, observed + 0.5, NaN]) {
      expect(hand.fillUnder('a', other)).toBe(false);
      expect(hand.fillUnder('never asked for', other)).toBe(false);
    }
    hand.fillUnder('a', observed);
    for (const other of [0, observed - 1, observed + 1, observed + 2 ** 32]) {
      expect(hand.fillUnder('a', other, 'wrong')).toBe(false);
    }
    expect(hand.found('a')).toBe('a');
  });

  it('an entry that has expired is not served, and a load that began before it did fills under its generation', () => {
    const hand = new CellsByHand();
    hand.fill('a', 'v1', 1_000);
    const observed = hand.snapshot('a');
    hand.time.now += 999;
    expect(hand.found('a')).toBe('v1');
    hand.time.now += 1;
    expect(hand.found('a')).toBeUndefined();
    expect(hand.snapshot('a')).toBe(observed);
    expect(hand.fillUnder('a', observed, 'v2')).toBe(true);
    expect(hand.found('a')).toBe('v2');
  });

  it.each([NaN, Infinity])('an entry is not served while the clock tells %s', (nonsense) => {
    const hand = new CellsByHand();
    hand.fill('a');
    hand.time.now = nonsense;
    expect(hand.found('a')).toBeUndefined();
  });

  it('a part of a millisecond never lets an entry live longer', () => {
    const hand = new CellsByHand();
    hand.time.now = 0.9;
    hand.fill('a', 'v1', 10);
    hand.time.now = 10.95;
    expect(hand.found('a')).toBeUndefined();
  });

  it('a key that a writer has open has no generation to fill under, and is told open', () => {
    const hand = new CellsByHand();
    hand.fill('a');
    hand.generations.intents.open([at('a')], 't', 1_000);
    expect(hand.cells.isOpen('a')).toBe(true);
    expect(hand.snapshot('a')).toBe(0);
    hand.cells.bump('a');
    expect(hand.generations.current(at('a'))).toBe(OPEN);
    expect(hand.snapshot('a')).toBe(0);
    hand.time.now += 1_000;
    expect(hand.fill('a', 'v2')).toBe(true);
    expect(hand.cells.isOpen('a')).toBe(false);
  });

  it('one writer of two that has settled leaves the key closed', () => {
    const hand = new CellsByHand();
    hand.generations.intents.open([at('a')], 't', 1_000);
    hand.generations.intents.open([at('a')], 'u', 1_000);
    hand.generations.intents.settle([at('a')], 't');
    expect(hand.snapshot('a')).toBe(0);
    expect(hand.fill('a')).toBe(false);
    hand.generations.intents.settle([at('a')], 'u');
    expect(hand.fill('a')).toBe(true);
  });

  it('a replaced entry has the new life, and no answer that was kept of the old', async () => {
    const hand = new CellsByHand();
    hand.fill('a', 'v1', 1_000);
    hand.cell('a').answer = Promise.resolve('v1');
    expect(await hand.cell('a').answer).toBe('v1');
    hand.time.now += 900;
    hand.fill('a', 'v2', 1_000);
    expect(hand.cell('a').answer).toBeUndefined();
    hand.time.now += 900;
    expect(hand.found('a')).toBe('v2');
  });

  it('tell what is read again from what is read once', () => {
    const hand = new CellsByHand(3);
    for (const key of ['a', 'b', 'c']) hand.fill(key);
    expect(hand.cell('a').isReadOften).toBe(false);
    expect(hand.cell('a').isReadOften).toBe(true);
    expect(hand.cell('b').isReadOften).toBe(false);
    // Eviction looks at both, and takes neither.
    hand.fill('d');
    expect(hand.held(['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'd']);
    expect(hand.cell('b').isReadOften).toBe(true);
  });

  it('have no answer of an entry with a soft ttl', () => {
    const hand = new CellsByHand();
    const stamp = { storedAt: 1, freshMs: 5 };
    const plan = {};
    hand.cells.fill('a', hand.snapshot('a'), { payload: 'b', plan, stamp }, TTL_MS);
    hand.cell('a').answer = Promise.resolve('b');
    expect(hand.cell('a')).toMatchObject({ stamp, plan, answer: undefined });
  });

  it('take nothing once the store is closed', () => {
    const hand = new CellsByHand();
    const observed = hand.snapshot('a');
    hand.generations.close();
    expect(hand.fillUnder('a', observed)).toBe(false);
    expect(hand.snapshot('a')).toBe(0);
    expect(hand.generations.intents.open([at('a')], 't', 1_000)).toEqual([undefined]);
    expect(hand.cells.isOpen('a')).toBe(false);
    expect(hand.cells.bump('a')).toBeGreaterThan(observed);
    expect(hand.generations.current(at('a'))).toBe(ABSENT);
  });
});
