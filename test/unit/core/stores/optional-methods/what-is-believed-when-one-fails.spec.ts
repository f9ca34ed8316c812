import { describe, expect, it } from '@jest/globals';

import type { CasCodec } from '../../../../../lib/contracts/codec.js';
import { MsgpackCodec } from '../../../../../lib/codecs/msgpack.codec.js';
import { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';

type Fails = () => never | Promise<never>;

const WAYS: readonly (readonly [string, Fails])[] = [
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
];

interface Made {
  readonly cache: CasCacheService;
  readonly events: RecordedEvents;
  readonly provider: MemoryProvider;
  readonly generations: LocalGenerationStore;
}

function made(codec: CasCodec = new MsgpackCodec()): Made {
  const [provider, generations] = [
    new MemoryProvider({ holds: 'bytes', maxBytes: 1_000_000 }),
    new LocalGenerationStore(),
  ];
  // The cache asks the store itself, with whatever a spec puts on it.
  Object.assign(generations, { scope: undefined });
  const events = new RecordedEvents();
  const cache = new CasCacheService(resolveNamespaceOptions({ namespace: 'n', intents: true }), {
    provider,
    generations,
    codec,
    hooks: [events],
  });
  return { cache, events, provider, generations };
}

const faults = ({ events }: Made): unknown[] =>
  events.of('fault').map(({ operation, cause }) => [operation, (cause as Error).message]);

describe.each(WAYS)('an optional method of a store that %s', (_, fails) => {
  it('mayHaveLostIntents: a writer may be at work that nobody sees here, so nothing is filled', async () => {
    const all = made();
    const observed = await all.cache.snapshotGen('a');
    expect(observed).toBeGreaterThan(0);
    Object.assign(all.generations.intents, { mayHaveLostIntents: fails });
    expect(await all.cache.setWithGen('a', 1, observed)).toBe('unavailable');
    expect(await all.cache.snapshotGen('a')).toBe(0);
    expect(await all.cache.getOrLoad('a', () => 2)).toBe(2);
    expect(await all.cache.get('a')).toBeUndefined();
    expect(faults(all)).toContainEqual(['intent', 'broken']);
  });

  it('partOf: the breaker takes the stores for one, and the fault is told', async () => {
    const all = made();
    await all.cache.getOrLoad('a', () => 1);
    Object.assign(all.generations, { partOf: fails });
    expect(await all.cache.get('a')).toBe(1);
    expect(faults(all)).toEqual([]);
    Object.assign(all.generations, {
      current: () => {
        throw new Error('down');
      },
    });
    expect(await all.cache.get('a')).toBeUndefined();
    // Whether it threw or rejected, it is told by the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    expect(faults(all)).toContainEqual(['get', 'down']);
    expect(faults(all)).toContainEqual(['get', 'broken']);
  });
});

class Row {
  constructor(readonly id: number) {}

  label(): string {
    return `row ${this.id}`;
  }
}

/** Gives instances back as they were, if it is asked to. */
class RowCodec extends MsgpackCodec {
  override readonly keepsClasses = true;

  constructor(readonly keepsClass: () => boolean) {
    super();
  }
}

it.each<[stored: boolean, says: string, keepsClass: () => unknown]>([
  [true, 'yes', () => true],
  [false, 'no', () => false],
  [false, 'yes, but later', () => Promise.resolve(true)],
  [false, 'nothing, but fails later', () => Promise.reject(new Error('broken'))],
])('a value is stored: %s, where keepsClass of the codec answers %s', async (stored, _, keepsClass) => {
  const all = made(new RowCodec(keepsClass as () => boolean));
  const row = new Row(1);
  expect(await all.cache.getOrLoad('a', () => row)).toBe(row);
  expect((await all.cache.get('a')) !== undefined).toBe(stored);
  // A rejection that nobody handled fails the test until here.
  await new Promise((resolve) => setImmediate(resolve));
});
