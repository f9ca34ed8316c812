import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

const life = { ttlMs: 60_000 };

/** Counted from outside: what the provider still answers, frame and key. */
function heldBytes(store: MemoryProvider<Uint8Array>, keys: Iterable<string>): number {
  let held = 0;
  for (const key of keys) {
    const frame = store.get(key);
    if (frame !== undefined) held += frame.byteLength + new TextEncoder().encode(key).byteLength;
  }
  return held;
}

describe('MemoryProvider of bytes', () => {
  it('never holds more than maxBytes of frames and keys', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'bb', 'ключ', '\u{1f511}', '__proto__', 'a-much-longer-key'),
      size: fc.oneof(fc.nat(40), fc.nat(120)),
      cost: fc.option(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { nil: undefined }),
      deletes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.array(step, { maxLength: 40 }), (maxBytes, steps) => {
        const store = new MemoryProvider<Uint8Array>({ maxBytes });
        const keys = new Set<string>();
        for (const { key, size, cost, deletes } of steps) {
          keys.add(key);
          if (deletes) store.delete(key);
          else {
            const fits = size + new TextEncoder().encode(key).byteLength <= maxBytes;
            expect(store.set(key, new Uint8Array(size), { ...life, cost })).toBe(fits);
            expect(store.get(key)?.byteLength).toBe(fits ? size : undefined);
          }
          expect(heldBytes(store, keys)).toBeLessThanOrEqual(maxBytes);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('uses the budget to the last byte', () => {
    const store = new MemoryProvider<Uint8Array>({ maxBytes: 22 });
    store.set('a', new Uint8Array(10), life);
    store.set('b', new Uint8Array(10), life);
    expect(heldBytes(store, ['a', 'b'])).toBe(22);
    store.set('c', new Uint8Array(0), life);
    expect(store.getMany(['a', 'b', 'c']).map((frame) => frame?.byteLength)).toEqual([undefined, 10, 0]);
  });

  it('refuses an entry that cannot fit, and the earlier entry of the key is gone', () => {
    const store = new MemoryProvider<Uint8Array>({ maxBytes: 10 });
    store.set('a', new Uint8Array(3), life);
    store.set('b', new Uint8Array(3), life);
    expect(store.set('a', new Uint8Array(10), life)).toBe(false);
    expect(store.get('a')).toBeUndefined();
    expect(store.get('b')?.byteLength).toBe(3);
  });

  it('gives the room of deleted, expired and cleared entries back', () => {
    const time = { now: 0 };
    const store = new MemoryProvider<Uint8Array>({ maxBytes: 30, clock: () => time.now });
    for (let round = 0; round < 3; round++) {
      for (const key of ['a', 'b', 'c']) expect(store.set(key, new Uint8Array(9), { ttlMs: 10 })).toBe(true);
      expect(heldBytes(store, ['a', 'b', 'c'])).toBe(30);
      store.delete('a');
      time.now += 10;
      expect(store.get('b')).toBeUndefined();
      store.clear('');
    }
  });

  it('keeps no larger buffer alive through a view on a part of it', () => {
    const store = new MemoryProvider<Uint8Array>({ holds: 'bytes' });
    const own = new Uint8Array(16).fill(1);
    store.set('view', Buffer.from('pooled'), life);
    store.set('own', own, life);
    expect(store.get('view')!.buffer.byteLength).toBe(6);
    expect(Buffer.from(store.get('view')!).toString()).toBe('pooled');
    expect(store.get('own')).toBe(own);
  });
});
