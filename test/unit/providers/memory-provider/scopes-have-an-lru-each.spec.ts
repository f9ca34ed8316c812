import { describe, expect, it } from '@jest/globals';

import { CasConfigError } from '../../../../lib/errors.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

const life = { ttlMs: 60_000 };

describe('a scope of MemoryProvider', () => {
  it('is bounded for itself, by its own limit or the provider’s', () => {
    const store = new MemoryProvider({ maxEntries: 2 });
    const small = store.scope!('single:small:', { maxEntries: 1 });
    const usual = store.scope!('single:usual:', {});
    for (const key of ['a', 'b', 'c']) {
      void small.set(key, key, life);
      void usual.set(key, key, life);
      store.set(`single:none:${key}`, key, life);
    }
    expect(small.getMany(['a', 'b', 'c'])).toEqual([undefined, undefined, 'c']);
    expect(usual.getMany(['a', 'b', 'c'])).toEqual([undefined, 'b', 'c']);
    expect(store.getMany(['single:none:a', 'single:none:b', 'single:none:c'])).toEqual([undefined, 'b', 'c']);
  });

  it('takes over what was set by whole key before it existed, oldest first', () => {
    const store = new MemoryProvider();
    for (const key of ['single:a:1', 'single:b:1', 'single:a:2', 'single:a:3']) store.set(key, key, life);
    const view = store.scope!('single:a:', { maxEntries: 2 });
    expect(view.getMany(['1', '2', '3'])).toEqual([undefined, 'single:a:2', 'single:a:3']);
    expect(store.get('single:b:1')).toBe('single:b:1');
  });

  it('is found by the first two colons of a whole key, and by nothing less', () => {
    const store = new MemoryProvider();
    const view = store.scope!('single:a:', {});
    store.set('single:a:x:y', 1, life);
    store.set('single:a', 2, life);
    store.set('single:a:', 3, life);
    store.set('plain', 4, life);
    expect(view.getMany(['x:y', ''])).toEqual([1, 3]);
    expect(store.getMany(['single:a:x:y', 'single:a', 'single:a:', 'plain'])).toEqual([1, 2, 3, 4]);
  });

  it('is cleared by any prefix that covers it, wholly or in part', () => {
    const store = new MemoryProvider();
    const [a, ab] = [store.scope!('single:a:', {}), store.scope!('single:ab:', {})];
    const fill = (): void => {
      for (const view of [a, ab]) for (const key of ['x1', 'x2', 'y']) void view.set(key, key, life);
      store.set('bulk:a:1', 'bulk', life);
    };
    fill();
    store.clear('single:a:x');
    expect([a.getMany(['x1', 'x2', 'y']), ab.get('x1')]).toEqual([[undefined, undefined, 'y'], 'x1']);
    fill();
    store.clear('single:a');
    expect([a.get('y'), ab.get('y'), store.get('bulk:a:1')]).toEqual([undefined, undefined, 'bulk']);
    fill();
    void a.clear!('x1');
    expect(a.getMany(['x1', 'x2'])).toEqual([undefined, 'x2']);
    void a.clear!('');
    expect([a.get('y'), ab.get('y')]).toEqual([undefined, 'y']);
  });

  it('clears a prefix whose keys are the oldest, the newest and those between', () => {
    const store = new MemoryProvider();
    const keys = Array.from({ length: 100 }, (_, n) => `${n % 3 === 0 ? 'p' : 'q'}${n}`);
    for (const key of keys) store.set(key, key, life);
    store.clear('p');
    expect(store.getMany(keys)).toEqual(keys.map((key) => (key.startsWith('q') ? key : undefined)));
  });

  it('is the same scope when it is asked for again, and refuses another bound', () => {
    const store = new MemoryProvider();
    const view = store.scope!('single:a:', { maxEntries: 5 });
    void view.set('k', 1, life);
    expect(store.scope!('single:a:', { maxEntries: 5 }).get('k')).toBe(1);
    expect(() => store.scope!('single:a:', { maxEntries: 6 })).toThrow(CasConfigError);
  });

  it.each(['', 'a', 'single:a', 'single:a:b', ':', 'single:a:b:'])('cannot be %j', (prefix) => {
    expect(() => new MemoryProvider().scope!(prefix, {})).toThrow(CasConfigError);
  });
});
