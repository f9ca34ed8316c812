import { describe, expect, it } from '@jest/globals';

import { DEFAULT_MEMORY_MAX_ENTRIES } from '../../../../lib/providers/memory-options.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

const life = { ttlMs: 60_000 };

describe.each(['values', 'bytes'] as const)('MemoryProvider of %s', (holds) => {
  const entry = (n: number): unknown => (holds === 'bytes' ? Uint8Array.of(n) : { gen: n, payload: n });

  it('is bounded when no bound is given', () => {
    const store = new MemoryProvider({ holds });
    for (let n = 0; n <= DEFAULT_MEMORY_MAX_ENTRIES; n++) store.set(`k${n}`, entry(n & 255), life);
    expect(store.get('k0')).toBeUndefined();
    expect(store.get('k1')).toEqual(entry(1));
    expect(store.get(`k${DEFAULT_MEMORY_MAX_ENTRIES}`)).toEqual(entry(DEFAULT_MEMORY_MAX_ENTRIES & 255));
  });

  it('gives up the entry that was neither read nor written for longest', () => {
    const store = new MemoryProvider({ holds, maxEntries: 3 });
    for (const [n, key] of ['read', 'idle', 'written'].entries()) store.set(key, entry(n), life);
    store.get('read');
    store.set('written', entry(9), life);
    store.set('new', entry(4), life);
    expect(store.getMany(['read', 'idle', 'written', 'new'])).toEqual([entry(0), undefined, entry(9), entry(4)]);
  });

  it('makes no room for an entry that replaces another', () => {
    const store = new MemoryProvider({ holds, maxEntries: 2 });
    store.set('a', entry(1), life);
    store.set('b', entry(2), life);
    store.set('b', entry(3), life);
    expect(store.getMany(['a', 'b'])).toEqual([entry(1), entry(3)]);
  });
});
