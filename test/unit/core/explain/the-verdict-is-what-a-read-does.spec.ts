import { describe, expect, it } from '@jest/globals';

import { MISS_REASONS } from '../../../../lib/contracts/outcomes.js';
import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import type { Rig, RigOptions } from '../../../support/core/rig.js';
import { TAGGED } from '../../../support/core/tagged.js';
import { MEMORY, TOPOLOGIES, WITH_BYTES } from '../../../support/core/topologies.js';

const OLD = 3;

/** A state of a cache, and how a read is made in it. */
interface Case {
  readonly name: string;
  readonly options?: RigOptions;
  readonly make: (rig: Rig) => unknown;
  /** Where both the look and the read happen. */
  readonly around?: (work: () => Promise<void>, rig: Rig) => Promise<void>;
}

const CASES: readonly Case[] = [
  { name: 'nothing at all', make: () => undefined },
  { name: 'an entry that is current', make: (rig) => rig.seed('a', 'value') },
  { name: 'a value that was loaded', make: (rig) => rig.cache.getOrLoad('a', () => 'value') },
  {
    name: 'an entry of an old generation',
    make: (rig) => {
      rig.generations.issue(rig.at('a'));
      rig.place('a', OLD, 'value');
    },
  },
  { name: 'an entry without a generation', make: (rig) => rig.place('a', OLD, 'value') },
  {
    name: 'an entry in an open cell',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.generations.open(rig.at('a'));
    },
  },
  {
    name: 'a malformed cell',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.generations.malform(rig.at('a'));
    },
  },
  {
    name: 'generations that cannot be read',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.loseGenerationStore('throw');
    },
  },
  {
    name: 'entries that cannot be read',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.failReads('throw', new Error('down'));
    },
  },
  {
    name: 'an entry that only near has',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.entries.held.delete(rig.at('a'));
    },
  },
  {
    name: 'an open cell, and an entry that only near has',
    make: (rig) => {
      rig.seed('a', 'value');
      rig.entries.held.delete(rig.at('a'));
      rig.generations.open(rig.at('a'));
    },
  },
  {
    name: 'an invalidation that has not landed',
    make: async (rig) => {
      rig.seed('a', 'value');
      rig.loseGenerationStore('throw');
      await rig.cache.invalidate('a').catch(() => undefined);
      rig.mend();
    },
  },
  { name: 'a hit that the guard vetoes', options: { readGuard: () => false }, make: (rig) => rig.seed('a', 'value') },
  { name: 'a hit that the guard lets pass', options: { readGuard: () => true }, make: (rig) => rig.seed('a', 'value') },
  { name: 'a disabled cache', options: { enabled: false }, make: (rig) => rig.seed('a', 'value') },
  {
    name: 'a closed cache',
    make: async (rig) => {
      rig.seed('a', 'value');
      await rig.cache.close();
    },
  },
  {
    name: 'a transaction that has written it',
    make: (rig) => rig.seed('a', 'value'),
    around: (work, rig) =>
      runInCasTransaction(async () => {
        await rig.cache.invalidate('a');
        await work();
      }),
  },
  {
    name: 'an open breaker',
    make: async (rig) => {
      rig.seed('a', 'value');
      rig.loseGenerationStore('throw');
      for (let n = 0; n < 5; n++) await rig.cache.get('a');
    },
  },
  {
    name: 'an entry past its soft ttl',
    options: { fresh: 100 },
    make: async (rig) => {
      await rig.cache.getOrLoad('a', () => 'value');
      rig.timers.advance(200);
    },
  },
];

/** What a read of the key comes to, by what it counts: a cache that is closed has no events any more. */
async function readOf({ cache }: Pick<Rig, 'cache'>): Promise<string> {
  const before = cache.stats().misses;
  if ((await cache.get('a')) !== undefined) return 'hit';
  const after = cache.stats().misses;
  return MISS_REASONS.filter((reason) => after[reason] > before[reason]).join(', ');
}

describe.each(TOPOLOGIES)('what explain says of a key is what a read does, $name', ({ rig: make }) => {
  it.each(CASES)('$name', async ({ options, make: prepare, around = (work) => work() }) => {
    const rig = make(options);
    await prepare(rig);
    await around(async () => {
      const { hit, reason } = await rig.cache.explain('a');
      expect(hit ? 'hit' : reason).toBe(await readOf(rig));
      expect(hit).toBe(reason === undefined);
    }, rig);
  });
});

describe.each(WITH_BYTES)('and of bytes that cannot be read, $name', ({ rig: make }) => {
  it.each([
    ['what is no frame', Buffer.from('nonsense')],
    ['a frame of a kind to come', Buffer.from('CASC\u0001\u0009 and what follows')],
    ['a frame that was cut', Buffer.from('CASC\u0001\u0001')],
  ])('%s', async (_, bytes) => {
    const rig = make();
    rig.generations.issue(rig.at('a'));
    rig.placeBytes('a', bytes);
    const { reason } = await rig.cache.explain('a');
    expect(reason).toBe(await readOf(rig));
  });

  it('a frame that the codec refuses', async () => {
    const rig = make();
    rig.seed('a', 'value');
    rig.near?.held.clear();
    rig.codec.decode = () => {
      throw new Error('another codec');
    };
    const { reason, copies } = await rig.cache.explain('a');
    expect(copies.map(({ refused }) => refused)).toEqual(['undecodable']);
    expect(reason).toBe(await readOf(rig));
  });
});

describe.each(TAGGED)('and in a namespace with tags, $name', ({ make }) => {
  const load = async ({ cache }: ReturnType<typeof make>, tags: readonly string[]): Promise<void> => {
    await cache.getOrLoad('a', () => 'value', { tags });
  };

  it('of an entry whose tags are alive', async () => {
    const tagged = make();
    await load(tagged, ['red', 'blue']);
    await tagged.cache.invalidateTags('green');
    const { hit, copies, tagClock } = await tagged.cache.explain('a');
    expect(hit).toBe(true);
    expect(tagClock?.seq).toBeGreaterThan(0);
    expect(copies[0]?.tags).toEqual([
      { tag: 'red', state: 'alive' },
      { tag: 'blue', state: 'alive' },
    ]);
    expect(await readOf(tagged)).toBe('hit');
  });

  it('of one that an invalidation of a tag has ended, and which tag it was', async () => {
    const tagged = make();
    await load(tagged, ['red', 'blue']);
    await tagged.cache.invalidateTags('blue');
    const { reason, copies } = await tagged.cache.explain('a');
    expect(reason).toBe('tag-invalidated');
    expect(copies[0]?.tags).toEqual([
      { tag: 'red', state: 'alive' },
      { tag: 'blue', state: 'invalidated' },
    ]);
    expect(await readOf(tagged)).toBe('tag-invalidated');
  });

  it('of one whose tag the running transaction has invalidated', async () => {
    const tagged = make();
    await load(tagged, ['red']);
    await runInCasTransaction(async () => {
      await tagged.cache.invalidateTags('red');
      const { reason, copies } = await tagged.cache.explain('a');
      expect(copies[0]?.tags).toEqual([{ tag: 'red', state: 'written-here' }]);
      expect(reason).toBe(await readOf(tagged));
    });
  });

  it('of one from before a clear', async () => {
    const tagged = make();
    await load(tagged, ['red']);
    await tagged.cache.clear();
    const { reason } = await tagged.cache.explain('a');
    expect(reason).toBe(await readOf(tagged));
  });

  it('of the tags themselves', async () => {
    const tagged = make();
    const { cache } = tagged;
    await load(tagged, ['red']);
    await cache.invalidateTags('red');
    const { clock, tags, text } = await cache.explainTags(['red', 'blue']);
    expect(tags).toEqual([
      { tag: 'red', invalidatedAt: clock?.seq, owed: false, writtenHere: false },
      { tag: 'blue', invalidatedAt: undefined, owed: false, writtenHere: false },
    ]);
    expect(text).not.toContain('red');
  });
});

it('tags of a namespace without are refused', async () => {
  const { cache } = MEMORY.rig();
  await expect(cache.explainTags('red')).rejects.toThrow(/explainTags: the namespace "user" has no tags/);
});
