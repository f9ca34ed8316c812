import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { OPEN } from '../../../../lib/contracts/generation-store.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { Deferred } from '../../../support/core/deferred.js';
import { TextCodec } from '../../../support/core/text-codec.js';
import { HandTimers } from '../../../support/hand-timers.js';

const LEASE = 30_000;
const DAY = 86_400_000;

function make() {
  const time = { wall: 1_763_000_000_000, monotonic: 1_000 };
  const store = new LocalGenerationStore({
    clock: () => time.wall,
    monotonicClock: () => time.monotonic,
    timers: new HandTimers(),
  });
  return { time, store };
}

describe('LocalGenerationStore: a system clock that is set', () => {
  it.each([
    ['forward by more than a lease', LEASE + 1_000],
    ['forward by years', 3_000 * DAY],
    ['back', -LEASE],
  ])('%s leaves a key that a writer has open as it is', (_, by) => {
    const { time, store } = make();
    store.intents.open(['w'], 'token', LEASE);
    time.wall += by;
    expect(store.snapshot('w')).toBe(0);
    store.bump('w');
    expect(store.current('w')).toBe(OPEN);
    expect(store.intents.renew(['w'], 'token', LEASE)).toEqual([true]);
    expect(store.intents.settle(['w'], 'token')).toEqual([{ generation: expect.any(Number), held: true }]);
  });

  it('back keeps no lease longer than it is', () => {
    const { time, store } = make();
    store.intents.open(['w'], 'token', LEASE);
    time.wall -= DAY;
    time.monotonic += LEASE;
    expect(store.intents.renew(['w'], 'token', LEASE)).toEqual([false]);
    expect(store.snapshot('w')).toBeGreaterThan(0);
  });

  it('forward drops no key that is in use', () => {
    const { time, store } = make();
    const generation = store.snapshot('k');
    time.wall += 90 * DAY;
    store.cleanup();
    expect(store.current('k')).toBe(generation);
  });

  it('forward, a reader fills nothing under an intent, and its writer is not told that it was lost', async () => {
    const { time, store } = make();
    const cache = new CasCacheService<string>(resolveNamespaceOptions({ namespace: 'user' }), {
      provider: new MemoryProvider(),
      generations: store,
      codec: new TextCodec(),
      hooks: [],
    });
    let row = '1';
    const set = new Deferred<undefined>();
    // Another request, which is in no transaction.
    const read = set.promise.then(() => cache.getOrLoad('k', () => row));
    const found = read.then(() => cache.get('k'));
    await cache.withWriteIntent('k', async ({ signal }) => {
      time.wall += LEASE + 1_000;
      set.resolve(undefined);
      expect(await read).toBe('1');
      row = '2';
      expect(await found).toBeUndefined();
      expect(signal.aborted).toBe(false);
    });
    expect(await cache.get('k')).toBeUndefined();
  });
});

describe('LocalGenerationStore under the fake timers of jest', () => {
  afterEach(() => void jest.useRealTimers());

  it('a lease does not run out as they advance: the timers that renew it do not, either', () => {
    jest.useFakeTimers();
    const store = new LocalGenerationStore();
    store.intents.open(['w'], 'token', LEASE);
    jest.advanceTimersByTime(2 * LEASE);
    expect(store.snapshot('w')).toBe(0);
    store.close();
  });
});
