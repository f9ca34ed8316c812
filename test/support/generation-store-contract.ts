import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, MAX_GENERATION, OPEN } from '../../lib/contracts/generation-store.js';
import type { Generation, GenerationStore } from '../../lib/contracts/generation-store.js';

/**
 * A generation store under test. Each test gets one of its own and keys of its own, so a server may be shared by all.
 */
export interface GenerationStoreUnderTest {
  make(): Promise<{ readonly store: GenerationStore; close(): Promise<void> }>;
  /** Is told where the keys of a test are, before it begins. */
  begin?(store: GenerationStore, prefix: string): void;
  readonly reach: 'process' | 'shared';
  /** Which optional abilities it must have. The others must be absent. */
  readonly has: { readonly scope: boolean; readonly cleanup: boolean };
  /** Loses the state of the key, as an eviction or a flush would. */
  readonly lose?: (store: GenerationStore, key: string) => Promise<void>;
  /** Makes the key's cell open, as a writer with an intent would, from `previous`. */
  readonly open?: (store: GenerationStore, key: string, previous: Generation) => Promise<void>;
}

const MINUTE = 60_000;

const ODD_KEYS = [
  '__proto__',
  'constructor',
  'a:b',
  '{x}',
  '}{',
  '{}',
  'a{b',
  'a}b',
  '*?[a]\\',
  ' ',
  '\u0000',
  'ключ',
  '\u{1f511}',
  'x'.repeat(60_000),
];

/** The promises of `GenerationStore`, for any store. Nothing here depends on an injected clock. */
export function describeGenerationStoreContract(name: string, subject: GenerationStoreUnderTest): void {
  describe(`generation store contract: ${name}`, () => {
    let store: GenerationStore;
    let close: () => Promise<void>;
    let prefix: string;

    const key = (text: string | number): string => `${prefix}${text}`;

    beforeEach(async () => {
      const made = await subject.make();
      store = made.store;
      close = () => made.close();
      prefix = `single:t-${randomUUID()}:`;
      subject.begin?.(store, prefix);
    });

    afterEach(() => close());

    it('says how far it reaches and which optional abilities it has', () => {
      expect(store.reach).toBe(subject.reach);
      expect(typeof store.scope).toBe(subject.has.scope ? 'function' : 'undefined');
      expect(typeof store.cleanup).toBe(subject.has.cleanup ? 'function' : 'undefined');
    });

    it('never makes up a generation on a read', async () => {
      expect(await store.current(key('a'))).toBe(ABSENT);
      expect(await store.currentMany([key('a'), key('b')])).toEqual([ABSENT, ABSENT]);
      expect(await store.extend(key('a'), 1, MINUTE)).toBe(false);
      expect(await store.current(key('a'))).toBe(ABSENT);
    });

    it('creates the generation with a snapshot, and keeps it', async () => {
      const taken = await store.snapshot(key('a'));
      expect(Number.isSafeInteger(taken)).toBe(true);
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThanOrEqual(MAX_GENERATION);
      expect(await store.snapshot(key('a'))).toBe(taken);
      expect(await store.current(key('a'))).toBe(taken);
      expect(await store.current(key('b'))).toBe(ABSENT);
    });

    it('issues a larger generation with every bump, also of a key that has none', async () => {
      const first = await store.bump(key('a'));
      expect(first).toBeGreaterThan(0);
      expect(await store.current(key('a'))).toBe(first);
      const second = await store.bump(key('a'));
      expect(second).toBeGreaterThan(first);
      expect(await store.current(key('a'))).toBe(second);
      expect(await store.snapshot(key('a'))).toBe(second);
    });

    it('never issues a generation twice, also within one millisecond', async () => {
      const issued = (await store.bumpMany(Array.from({ length: 200 }, () => key('a')))) as number[];
      issued.push(...(await Promise.all(Array.from({ length: 200 }, async () => store.bump(key('a'))))));
      expect(new Set(issued).size).toBe(400);
      expect(await store.current(key('a'))).toBe(Math.max(...issued));
    });

    it('extends the generation that is current and no other', async () => {
      const old = await store.snapshot(key('a'));
      expect(await store.extend(key('a'), old, MINUTE)).toBe(true);
      const next = await store.bump(key('a'));
      for (const other of [old, next + 1, ABSENT, OPEN])
        expect(await store.extend(key('a'), other, MINUTE)).toBe(false);
      expect(await store.current(key('a'))).toBe(next);
      expect(await store.extend(key('a'), next, 0.5)).toBe(true);
      expect(await store.extend(key('a'), next, 100 * 365 * 86_400_000)).toBe(true);
      expect(await store.current(key('a'))).toBe(next);
    });

    it('answers many in the order of the keys, wherever they live, and leaves its input alone', async () => {
      const keys = Object.freeze(Array.from({ length: 50 }, (_, n) => key(n)));
      const taken = (await store.snapshotMany(keys)) as number[];
      expect(taken.every((generation) => generation > 0)).toBe(true);
      expect(await store.snapshotMany(keys)).toEqual(taken);
      expect(await store.currentMany(keys.toReversed())).toEqual(taken.toReversed());
      expect(await store.currentMany([key(3), key('none'), key(3)])).toEqual([taken[3], ABSENT, taken[3]]);

      const bumped = (await store.bumpMany(keys.slice(0, 25))) as number[];
      expect(bumped.every((generation, n) => generation > taken[n]!)).toBe(true);
      expect(await store.currentMany(keys)).toEqual([...bumped, ...taken.slice(25)]);

      const items = Object.freeze(keys.map((k, n) => Object.freeze({ key: k, generation: taken[n]! })));
      expect(await store.extendMany(items, MINUTE)).toEqual(keys.map((_, n) => n >= 25));
      expect(await store.currentMany(keys)).toEqual([...bumped, ...taken.slice(25)]);
    });

    it('snapshots: duplicates get the same generation', async () => {
      const [one, two] = await store.snapshotMany([key('a'), key('a')]);
      expect(one).toBe(two);
    });

    it('snapshots: empty → empty, as does every other many-variant', async () => {
      expect(await store.snapshotMany([])).toEqual([]);
      expect(await store.currentMany([])).toEqual([]);
      expect(await store.bumpMany([])).toEqual([]);
      expect(await store.extendMany([], MINUTE)).toEqual([]);
    });

    it('keeps keys of any well-formed text apart', async () => {
      const taken = new Map<string, number>();
      for (const odd of ODD_KEYS) taken.set(odd, await store.bump(key(odd)));
      for (const odd of ODD_KEYS) expect(await store.current(key(odd))).toBe(taken.get(odd));
      expect(await store.snapshotMany(ODD_KEYS.map(key))).toEqual([...taken.values()]);
    });

    it('clears every key of a prefix, read literally, and nothing else', async () => {
      const inside = ['a', '*', 'b:c', '{d}'].map((text) => `${prefix}*[a-z]?:${text}`);
      const outside = [key('a'), `${prefix}xb?:a`, `single:x${prefix}*[a-z]?:a`];
      const before = (await store.snapshotMany([...inside, ...outside])) as number[];
      await store.clear(`${prefix}*[a-z]?:`);
      expect(await store.currentMany(inside)).toEqual(inside.map(() => ABSENT));
      expect(await store.currentMany(outside)).toEqual(before.slice(inside.length));
    });

    it('clears more keys than one page of a scan, and an unknown prefix without a fault', async () => {
      const keys = Array.from({ length: 3_000 }, (_, n) => key(n));
      await store.snapshotMany(keys);
      await store.clear(prefix);
      await store.clear(`single:t-${randomUUID()}:`);
      expect(new Set(await store.currentMany(keys))).toEqual(new Set([ABSENT]));
    });

    it('a generation issued after clear is larger than any before', async () => {
      let last = 0;
      for (let round = 0; round < 20; round++) {
        const issued = [await store.snapshot(key('a')), await store.bump(key('a'))];
        expect(issued[0]).toBeGreaterThan(last);
        expect(issued[1]).toBeGreaterThan(issued[0]!);
        last = issued[1]!;
        await store.clear(prefix);
        expect(await store.extend(key('a'), last, MINUTE)).toBe(false);
      }
    });

    it('closes once, however often it is asked to', async () => {
      await store.snapshot(key('a'));
      await store.close();
      await store.close();
    });

    const { lose, open } = subject;

    if (lose) {
      it('a generation issued after loss is larger than any before, and one that vanished is a mismatch', async () => {
        let last = await store.bump(key('a'));
        for (const issue of ['snapshot', 'bump', 'snapshot', 'bump'] as const) {
          await lose(store, key('a'));
          expect(await store.current(key('a'))).toBe(ABSENT);
          expect(await store.extend(key('a'), last, MINUTE)).toBe(false);
          expect(await store.current(key('a'))).toBe(ABSENT);
          const next = await store[issue](key('a'));
          expect(next).toBeGreaterThan(last);
          last = next;
        }
      });
    }

    if (open) {
      it('honours an open cell: reads say open, snapshots answer 0, fills are refused', async () => {
        const previous = await store.snapshot(key('a'));
        await open(store, key('a'), previous);
        expect(await store.current(key('a'))).toBe(OPEN);
        expect(await store.currentMany([key('b'), key('a')])).toEqual([ABSENT, OPEN]);
        expect(await store.snapshot(key('a'))).toBe(0);
        expect(await store.snapshotMany([key('a')])).toEqual([0]);
        for (const generation of [previous, previous + 1, ABSENT, OPEN]) {
          expect(await store.extend(key('a'), generation, MINUTE)).toBe(false);
        }
        expect(await store.current(key('a'))).toBe(OPEN);
      });

      it('leaves an open cell open when it is bumped or cleared, under a new number', async () => {
        const previous = await store.snapshot(key('a'));
        await open(store, key('a'), previous);
        const bumped = await store.bump(key('a'));
        expect(bumped).toBeGreaterThan(previous);
        expect(await store.current(key('a'))).toBe(OPEN);
        await store.clear(prefix);
        expect(await store.current(key('a'))).toBe(OPEN);
        expect(await store.bump(key('a'))).toBeGreaterThan(bumped + 1);
        expect(await store.current(key('a'))).toBe(OPEN);
      });
    }

    if (subject.has.scope) {
      it('reaches the same keys through a scope and by whole keys', async () => {
        const early = await store.snapshot(key('early'));
        const view = store.scope!(prefix);
        expect(await view.current('early')).toBe(early);

        const flat = await store.bump(key('a'));
        expect(await view.snapshot('a')).toBe(flat);
        const scoped = await view.bump('a');
        expect(await store.currentMany([key('a'), key('early')])).toEqual([scoped, early]);
        expect(await view.extend('a', scoped, MINUTE)).toBe(true);
        expect(await view.extendMany([{ key: 'a', generation: flat }], MINUTE)).toEqual([false]);

        await store.clear(prefix);
        expect(await view.currentMany(['a', 'early'])).toEqual([ABSENT, ABSENT]);
        const again = await view.snapshot('a');
        expect(again).toBeGreaterThan(scoped);
        expect(await store.current(key('a'))).toBe(again);
      });

      it('is not closed by closing a view', async () => {
        const view = store.scope!(prefix);
        const taken = await view.snapshot('a');
        await view.close();
        expect(await view.current('a')).toBe(taken);
        expect(await store.current(key('a'))).toBe(taken);
      });
    }

    if (subject.reach === 'shared') {
      it('shows a bump that has resolved to every other instance', async () => {
        const other = await subject.make();
        try {
          const taken = await store.snapshot(key('a'));
          expect(await other.store.snapshot(key('a'))).toBe(taken);
          const bumped = await other.store.bump(key('a'));
          expect(await store.current(key('a'))).toBe(bumped);
          expect(await store.extend(key('a'), taken, MINUTE)).toBe(false);
        } finally {
          await other.close();
        }
      });

      it('issues distinct generations from two instances at once', async () => {
        const other = await subject.make();
        try {
          const issued = await Promise.all(
            Array.from({ length: 100 }, async (_, n) => (n % 2 === 0 ? store : other.store).bump(key('a'))),
          );
          expect(new Set(issued).size).toBe(100);
        } finally {
          await other.close();
        }
      });
    }
  });
}
