import { describe, expect, it } from '@jest/globals';

import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

const life = { ttlMs: 60_000 };

describe('MemoryProvider', () => {
  it('answers every call without a promise', () => {
    const store = new MemoryProvider();
    const view = store.scope!('single:a:', {});
    for (const each of [store, view]) {
      expect(each.set('k', 1, life)).toBe(true);
      expect(each.get('k')).toBe(1);
      expect(each.setMany([{ key: 'l', entry: 2 }], life)).toEqual([true]);
      expect(each.getMany(['k', 'l'])).toEqual([1, 2]);
      expect(each.delete('k')).toBeUndefined();
      expect(each.deleteMany(['l'])).toEqual([undefined]);
      expect(each.getMany(['k', 'l'])).toEqual([undefined, undefined]);
    }
  });

  it('is empty after close and takes nothing any more, in its scopes too', () => {
    const values = new MemoryProvider();
    const view = values.scope!('single:a:', {});
    const bytes = new MemoryProvider({ holds: 'bytes' });
    const entry = Uint8Array.of(1);
    const stores = [values, view, bytes];
    for (const store of stores) void store.set('k', entry, life);
    for (let times = 0; times < 2; times++) {
      values.close();
      bytes.close();
      for (const store of [...stores, values.scope!('single:late:', {})]) {
        expect(store.get('k')).toBeUndefined();
        expect(store.set('k', entry, life)).toBe(false);
        expect(store.get('k')).toBeUndefined();
      }
    }
  });
});
