import { describe, expect, it } from '@jest/globals';

import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

describe.each(['values', 'bytes'] as const)('MemoryProvider of %s', (holds) => {
  const entry = holds === 'bytes' ? Uint8Array.of(1) : { gen: 1, payload: 1 };

  function at(lifeWindow?: number) {
    const time = { now: 1_000 };
    return { time, store: new MemoryProvider({ holds, lifeWindow, clock: () => time.now }) };
  }

  it('serves an entry until its ttl is over and not a millisecond longer', () => {
    const { time, store } = at();
    store.set('a', entry, { ttlMs: 100 });
    time.now = 1_099;
    expect(store.get('a')).toEqual(entry);
    time.now = 1_100;
    expect(store.get('a')).toBeUndefined();
  });

  it('deletes an expired entry when it finds it, so that a clock that goes back revives nothing', () => {
    const { time, store } = at();
    store.set('a', entry, { ttlMs: 100 });
    time.now = 1_100;
    store.get('a');
    time.now = 1_000;
    expect(store.get('a')).toBeUndefined();
  });

  it('gives each entry its own ttl, and a replaced one the new', () => {
    const { time, store } = at();
    store.set('short', entry, { ttlMs: 10 });
    store.set('long', entry, { ttlMs: 100 });
    store.set('renewed', entry, { ttlMs: 10 });
    store.set('renewed', entry, { ttlMs: 100 });
    time.now = 1_050;
    expect(store.getMany(['short', 'long', 'renewed'])).toEqual([undefined, entry, entry]);
  });

  it('does not prolong a life by reading', () => {
    const { time, store } = at();
    store.set('a', entry, { ttlMs: 100 });
    for (time.now = 1_000; time.now < 1_100; time.now += 10) expect(store.get('a')).toEqual(entry);
    expect(store.get('a')).toBeUndefined();
  });

  it('lifeWindow: gives every entry one fixed life, whatever its ttl', () => {
    const { time, store } = at(50);
    store.set('short', entry, { ttlMs: 10 });
    store.set('long', entry, { ttlMs: 1_000 });
    time.now = 1_049;
    expect(store.getMany(['short', 'long'])).toEqual([entry, entry]);
    time.now = 1_050;
    expect(store.getMany(['short', 'long'])).toEqual([undefined, undefined]);
  });

  it('lets an entry whose ttl is no number expire at once', () => {
    const { store } = at();
    store.set('a', entry, { ttlMs: Number.NaN });
    expect(store.get('a')).toBeUndefined();
  });
});

it('lifeWindow holds in a scope too', () => {
  const time = { now: 0 };
  const store = new MemoryProvider({ lifeWindow: 50, clock: () => time.now });
  const view = store.scope!('single:a:', {});
  void view.set('k', 1, { ttlMs: 1_000 });
  time.now = 50;
  expect(view.get('k')).toBeUndefined();
});
