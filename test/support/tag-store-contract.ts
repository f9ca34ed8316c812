import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { MAX_GENERATION } from '../../lib/contracts/generation-store.js';
import type { TagClock, TagStore, TagStores } from '../../lib/contracts/tag-store.js';

/** The state of a namespace, or what of it may be lost apart. */
export type Lost = 'clock' | 'table' | 'both';

/** Tags of a generation store under test. Each test has a namespace of its own, so a server may be shared by all. */
export interface TagStoreUnderTest {
  make(): Promise<{ readonly tags: TagStores; close(): Promise<void> }>;
  /** Whether what another `make` answers has the same state. */
  readonly isShared: boolean;
  /** Whether there is a clock before anybody asks for one. */
  readonly isBegun: boolean;
  /** Loses the state of the namespace, as an eviction or a flush would. */
  readonly lose?: (namespace: string, what: Lost) => Promise<unknown>;
}

const HOUR = 3_600_000;

const ODD_TAGS = [
  '@',
  '#',
  '^',
  't:',
  't:@',
  ' ',
  '\u0000',
  '\n',
  ';',
  '{x}',
  '__proto__',
  'constructor',
  '*?[a]\\',
  '\u00e9',
  'e\u0301',
  '\ufffd',
  '\ufeff',
  'ключ',
  '\u{1f511}',
  'x'.repeat(512),
];

/** The promises of `TagStore`, for any store. Nothing here depends on an injected clock. */
export function describeTagStoreContract(name: string, subject: TagStoreUnderTest): void {
  describe(`tag store contract: ${name}`, () => {
    let tags: TagStores;
    let store: TagStore;
    let namespace: string;
    let close: () => Promise<void>;

    beforeEach(async () => {
      const made = await subject.make();
      ({ tags } = made);
      close = () => made.close();
      namespace = `t-${randomUUID()}`;
      store = tags.of(namespace);
    });

    afterEach(() => close());

    const expectClock = ({ era, seq }: TagClock): void => {
      for (const number of [era, seq]) {
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(number).toBeGreaterThan(0);
        expect(number).toBeLessThanOrEqual(MAX_GENERATION);
      }
    };

    it('is the same object for the same namespace, and another for another', () => {
      expect(tags.of(namespace)).toBe(store);
      expect(tags.of(`${namespace}x`)).not.toBe(store);
    });

    it('never makes up a clock on a read', async () => {
      if (subject.isBegun) {
        const begun = await store.current();
        expect(begun).toBeDefined();
        expect([await store.current(), await store.snapshot()]).toEqual([begun, begun]);
        return;
      }
      expect(await store.current()).toBeUndefined();
      expect(await store.catchUp(1, 10, ['a'])).toBeUndefined();
      expect(await store.current()).toBeUndefined();
    });

    it('begins the clock with a snapshot, and keeps it', async () => {
      const taken = await store.snapshot();
      expectClock(taken);
      expect(await store.snapshot()).toEqual(taken);
      expect(await store.current()).toEqual(taken);
    });

    it('moves the clock with an invalidation, within its era', async () => {
      const before = await store.snapshot();
      const after = await store.invalidate(['a'], HOUR);
      expectClock(after);
      expect(after.era).toBe(before.era);
      expect(after.seq).toBeGreaterThan(before.seq);
      expect(await store.current()).toEqual(after);
      expect(await store.snapshot()).toEqual(after);
    });

    it('begins the clock with an invalidation, or a clear, of a namespace that has none', async () => {
      const invalidated = await store.invalidate(['a'], HOUR);
      expectClock(invalidated);
      expect(await store.current()).toEqual(invalidated);
      const other = tags.of(`${namespace}x`);
      const cleared = await other.clear();
      expectClock(cleared);
      expect(await other.current()).toEqual(cleared);
    });

    it('keeps namespaces apart', async () => {
      const other = tags.of(`${namespace}x`);
      const [here, there] = [await store.snapshot(), await other.snapshot()];
      await store.invalidate(['a'], HOUR);
      expect(await other.current()).toEqual(there);
      await store.clear();
      expect(await other.catchUp(there.seq, 10, ['a'])).toMatchObject({ own: [undefined], rows: [] });
      expect((await other.current())?.era).toBe(there.era);
      expect((await store.current())?.era).not.toBe(here.era);
    });

    it('says of each tag when it was invalidated last, in the order that it is asked', async () => {
      const begun = await store.snapshot();
      const first = await store.invalidate(['a', 'b'], HOUR);
      const second = await store.invalidate(['c', 'a'], HOUR);
      const found = await store.catchUp(begun.seq, 0, ['b', 'none', 'a', 'c', 'a']);
      expect(found).toEqual({
        era: begun.era,
        seq: second.seq,
        floor: expect.any(Number),
        own: [first.seq, undefined, second.seq, second.seq, second.seq],
        rows: [],
      });
      expect(found?.floor).toBeLessThanOrEqual(begun.seq);
    });

    it('answers what was invalidated above a number, the latest first, and no more than is wanted', async () => {
      const begun = await store.snapshot();
      const issued: TagClock[] = [];
      for (let n = 0; n < 20; n++) issued.push(await store.invalidate([`tag ${n}`], HOUR));
      const all = issued.map(({ seq }, n) => [`tag ${n}`, seq] as const).toReversed();
      for (const most of [0, 1, 2, 3, 4, 5, 19, 20, 21, 100]) {
        expect((await store.catchUp(begun.seq, most, []))?.rows).toEqual(all.slice(0, most));
      }
      for (const [n, { seq }] of issued.entries()) {
        expect((await store.catchUp(seq, 100, []))?.rows).toEqual(all.slice(0, 19 - n));
        expect((await store.catchUp(seq - 1, 3, []))?.rows).toEqual(all.slice(0, 20 - n).slice(0, 3));
      }
      // Below the era there is nothing, and marks are no rows.
      expect((await store.catchUp(0, 100, []))?.rows).toEqual(all);
      expect((await store.catchUp(0, 4, []))?.rows).toEqual(all.slice(0, 4));
    });

    it('remembers one row for each tag: the last', async () => {
      const begun = await store.snapshot();
      await store.invalidate(['a', 'b'], HOUR);
      await store.invalidate(['a'], HOUR);
      const last = await store.invalidate(['a', 'a'], HOUR);
      const rows = (await store.catchUp(begun.seq, 10, []))?.rows;
      expect(rows?.map(([tag]) => tag)).toEqual(['a', 'b']);
      expect(rows?.[0]).toEqual(['a', last.seq]);
    });

    it('takes tags of any text for what they are', async () => {
      const begun = await store.snapshot();
      const invalidated = await store.invalidate(ODD_TAGS, HOUR);
      expect(invalidated.era).toBe(begun.era);
      const found = await store.catchUp(begun.seq, 100, ODD_TAGS);
      expect(found?.own).toEqual(ODD_TAGS.map(() => invalidated.seq));
      expect(new Set(found?.rows.map(([tag]) => tag))).toEqual(new Set(ODD_TAGS));
      expect(new Set(found?.rows.map(([, seq]) => seq))).toEqual(new Set([invalidated.seq]));
      expect(found).toMatchObject({ era: begun.era, seq: invalidated.seq });
      // Only what was named was meant.
      expect(await store.catchUp(begun.seq, 0, ['t:t:', '@@', 'e', 'x'.repeat(511)])).toMatchObject({
        own: [undefined, undefined, undefined, undefined],
      });
    });

    it('takes 1,000 tags at once, under one number', async () => {
      const many = Array.from({ length: 1_000 }, (_, n) => `tag ${n}`);
      const begun = await store.snapshot();
      const invalidated = await store.invalidate(Object.freeze(many), HOUR);
      const found = await store.catchUp(begun.seq, 2_000, many);
      expect(found?.own).toEqual(many.map(() => invalidated.seq));
      expect(found?.rows.length).toBe(1_000);
      expect((await store.catchUp(begun.seq, 100, []))?.rows.length).toBe(100);
    });

    it('begins an era with a clear, and forgets what was invalidated before it', async () => {
      const before = await store.invalidate(['a'], HOUR);
      const cleared = await store.clear();
      expect(cleared.era).toBeGreaterThan(before.era);
      expect(cleared.seq).toBeGreaterThan(before.seq);
      expect(await store.current()).toEqual(cleared);
      expect(await store.catchUp(0, 10, ['a'])).toEqual({
        ...cleared,
        floor: expect.any(Number),
        own: [undefined],
        rows: [],
      });
      expect((await store.catchUp(0, 10, []))?.floor).toBeLessThanOrEqual(cleared.seq);
    });

    it('never issues a number twice, whatever comes at once', async () => {
      const issued: TagClock[] = [await store.snapshot()];
      const steps = Array.from({ length: 200 }, async (_, n) =>
        n % 40 === 0 ? store.clear() : store.invalidate([`tag ${n}`], HOUR),
      );
      issued.push(...(await Promise.all(steps)));
      for (let n = 0; n < 20; n++) issued.push(await (n % 5 === 0 ? store.clear() : store.invalidate(['a'], HOUR)));
      const seqs = issued.map(({ seq }) => seq);
      expect(new Set(seqs).size).toBe(issued.length);
      // Each clear began an era, and nothing else did.
      expect(new Set(issued.map(({ era }) => era)).size).toBe(1 + 5 + 4);
      for (const { era, seq } of issued) {
        expect(issued.filter((other) => other.seq === era && other.era !== era)).toEqual([]);
        expect(issued.filter((other) => other.era === seq && era !== seq)).toEqual([]);
      }
      expect(await store.current()).toEqual(issued.at(-1));
    });

    it('what is remembered no more is at or below the floor', async () => {
      const known = new Map<string, number>();
      let dropped = 0;
      for (let n = 0; n < 60; n++) {
        const tag = `tag ${n}`;
        known.set(tag, (await store.invalidate([tag], 1)).seq);
        const found = await store.catchUp(0, 100, [...known.keys()]);
        for (const [i, seq] of [...known.values()].entries()) {
          const own = found?.own[i];
          if (own === undefined) dropped++;
          expect(own ?? found?.floor).toBeGreaterThanOrEqual(seq);
        }
        expect(found?.floor).toBeLessThanOrEqual(found?.seq ?? 0);
        // Until the millisecond is over for which a row is kept.
        for (const end = Date.now() + 2; Date.now() < end;);
      }
      expect(dropped).toBeGreaterThan(0);
    });

    const { lose } = subject;

    if (lose) {
      it.each<Lost>(['clock', 'table', 'both'])('begins a new era when it lost: %s', async (what) => {
        const entry = await store.snapshot();
        let last = await store.invalidate(['a'], HOUR);
        for (const step of ['snapshot', 'invalidate', 'clear', 'snapshot'] as const) {
          await lose(namespace, what);
          if (what !== 'table') expect(await store.current()).toBeUndefined();
          if (what !== 'clock') expect(await store.catchUp(entry.seq, 10, ['a'])).toBeUndefined();
          const next = await (step === 'invalidate' ? store.invalidate(['b'], HOUR) : store[step]());
          expect(next.era).toBeGreaterThan(last.seq);
          expect(next.seq).toBeGreaterThanOrEqual(next.era);
          expect(await store.current()).toEqual(next);
          expect(await store.snapshot()).toEqual(next);
          expect(await store.catchUp(entry.seq, 10, ['a'])).toMatchObject({ era: next.era, own: [undefined] });
          last = await store.invalidate(['a'], HOUR);
          expect(last.era).toBe(next.era);
        }
      });
    }

    if (subject.isShared) {
      it('shows every step that has resolved to every other instance', async () => {
        const other = await subject.make();
        try {
          const there = other.tags.of(namespace);
          const begun = await store.snapshot();
          expect(await there.snapshot()).toEqual(begun);
          const invalidated = await there.invalidate(['a'], HOUR);
          expect(await store.current()).toEqual(invalidated);
          expect(await store.catchUp(begun.seq, 10, [])).toMatchObject({ rows: [['a', invalidated.seq]] });
          const cleared = await store.clear();
          expect(await there.current()).toEqual(cleared);
          expect(await there.snapshot()).toEqual(cleared);
        } finally {
          await other.close();
        }
      });

      it('issues distinct numbers from two instances at once', async () => {
        const other = await subject.make();
        try {
          const there = other.tags.of(namespace);
          const issued = await Promise.all(
            Array.from({ length: 100 }, async (_, n) => (n % 2 === 0 ? store : there).invalidate([`tag ${n}`], HOUR)),
          );
          expect(new Set(issued.map(({ era }) => era)).size).toBe(1);
          expect(new Set(issued.map(({ seq }) => seq)).size).toBe(100);
        } finally {
          await other.close();
        }
      });
    }
  });
}
