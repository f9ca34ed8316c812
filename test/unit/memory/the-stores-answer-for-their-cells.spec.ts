import { describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import { MemoryCells } from '../../../lib/memory/memory-cells.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { CellsByHand, PREFIX, TTL_MS } from '../../support/cells-by-hand.js';

const at = (key: string): string => PREFIX + key;

describe('a provider and a generation store whose keys are in cells', () => {
  it('show the entry, with its generation and its stamp', () => {
    const hand = new CellsByHand();
    hand.fill('a', 'v1');
    expect(hand.provider.get(at('a'))).toEqual({ gen: hand.snapshot('a'), payload: 'v1' });
    expect(hand.provider.scope?.(PREFIX, {}).getMany(['a', 'b'])).toEqual([
      { gen: hand.snapshot('a'), payload: 'v1' },
      undefined,
    ]);
    const stamp = { storedAt: 1, freshMs: 2 };
    hand.cells.fill('a', hand.snapshot('a'), { payload: 'v2', plan: undefined, stamp }, TTL_MS);
    expect(hand.provider.get(at('a'))).toEqual({ gen: hand.snapshot('a'), payload: 'v2', stamp });
  });

  it('store an entry of the current generation, and leave none of another', () => {
    const hand = new CellsByHand();
    const gen = hand.snapshot('a');
    expect(hand.provider.set(at('a'), { gen, payload: 'v1' }, { ttlMs: TTL_MS })).toBe(true);
    expect(hand.found('a')).toBe('v1');
    expect(hand.provider.set(at('a'), { gen: gen + 1, payload: 'wrong' }, { ttlMs: TTL_MS })).toBe(false);
    expect(hand.found('a')).toBeUndefined();
    expect(hand.generations.current(at('a'))).toBe(gen);
  });

  it('delete the entry alone: a load that began before may fill', () => {
    const hand = new CellsByHand();
    hand.fill('a');
    const observed = hand.snapshot('a');
    hand.provider.delete(at('a'));
    expect(hand.found('a')).toBeUndefined();
    expect(hand.fillUnder('a', observed)).toBe(true);
    hand.provider.clear(PREFIX);
    expect(hand.found('a')).toBeUndefined();
    expect(hand.generations.current(at('a'))).toBe(observed);
  });

  it('erase the entries of a key', () => {
    const hand = new CellsByHand();
    for (const key of ['a', 'b']) hand.fill(key);
    hand.provider.erase('user', ['a']);
    expect(hand.held(['a', 'b'])).toEqual(['b']);
  });

  it('are empty, and stay so, once either was closed', () => {
    for (const close of [(h: CellsByHand) => h.provider.close(), (h: CellsByHand) => h.generations.close()]) {
      const hand = new CellsByHand();
      hand.fill('a');
      close(hand);
      expect(hand.found('a')).toBeUndefined();
      expect(hand.fill('a')).toBe(false);
    }
  });

  it('keep what a writer had open before its keys were in cells', () => {
    const generations = new LocalGenerationStore();
    generations.intents.open([at('w')], 't', 60_000);
    const known = generations.snapshot(at('k'));
    const other = generations.snapshot('single:other:k');
    const cells = MemoryCells.of(new MemoryProvider(), generations)?.scope(
      { namespace: 'user', valuePrefix: PREFIX, generationPrefix: PREFIX },
      {},
    );
    expect(generations.current(at('w'))).toBe(OPEN);
    expect(cells?.isOpen('w')).toBe(true);
    expect(generations.current(at('k'))).toBe(ABSENT);
    expect(generations.snapshot(at('k'))).toBeGreaterThan(known);
    expect(generations.current('single:other:k')).toBe(other);
    generations.close();
  });

  it('give all entries the one life that the provider has for them', () => {
    const time = { now: 0 };
    const clock = (): number => time.now;
    const generations = new LocalGenerationStore({ clock, monotonicClock: clock });
    const provider = new MemoryProvider({ clock, lifeWindow: '1m' });
    const keys = { namespace: 'user', valuePrefix: PREFIX, generationPrefix: PREFIX };
    const cells = MemoryCells.of(provider, generations)?.scope<string>(keys, {});
    const value = { payload: 'v', plan: undefined, stamp: undefined };
    cells?.fill('short', generations.snapshot(at('short')), value, 1_000);
    cells?.fill('long', generations.snapshot(at('long')), value, 3_600_000);
    time.now = 59_999;
    expect([cells?.find('short')?.payload, cells?.find('long')?.payload]).toEqual(['v', 'v']);
    time.now = 60_000;
    expect([cells?.find('short'), cells?.find('long')]).toEqual([undefined, undefined]);
    generations.close();
  });

  it('have no cells for a provider of bytes', () => {
    const generations = new LocalGenerationStore();
    expect(MemoryCells.of(new MemoryProvider({ holds: 'bytes' }), generations)).toBeUndefined();
  });
});
