import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { AtomicStore } from '../../lib/contracts/atomic-store.js';
import { ABSENT, OPEN } from '../../lib/contracts/generation-store.js';
import type { Generation, GenerationStore } from '../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../lib/contracts/intent-store.js';
import { describeIntentModel } from './intent-store-model.js';

/** A generation store with intents under test. Each test gets one of its own and keys of its own. */
export interface IntentStoreUnderTest {
  make(): Promise<{
    readonly store: GenerationStore;
    /** What joins it with a provider in the same server, where there is such a one. */
    readonly atomic?: AtomicStore;
    close(): Promise<void>;
  }>;
  /** Is told where the keys of a test are, before it begins. */
  begin?(store: GenerationStore, prefix: string): void;
  /** Makes that much time pass for the open cells of the keys. */
  pass(store: GenerationStore, keys: readonly string[], ms: number): Promise<void>;
  /**
   * Loses the state of the key, as an eviction or a flush would. Where that cannot happen to an open cell it is left
   * out.
   */
  readonly lose?: (store: GenerationStore, key: string) => Promise<void>;
  /** How many random histories are tried. */
  readonly histories: number;
}

const MINUTE = 60_000;

/** The promises of `IntentStore`, and those of `GenerationStore` about open keys, for any store. */
export function describeIntentStoreContract(name: string, subject: IntentStoreUnderTest): void {
  describe(`intent store contract: ${name}`, () => {
    let store: GenerationStore;
    let intents: IntentStore;
    let atomic: AtomicStore | undefined;
    let close: () => Promise<void>;
    let prefix: string;
    let a: string;
    let b: string;

    beforeEach(async () => {
      const made = await subject.make();
      ({ store, atomic } = made);
      intents = store.intents as IntentStore;
      close = () => made.close();
      prefix = `single:t-${randomUUID()}:`;
      [a, b] = [`${prefix}a`, `${prefix}b`];
      subject.begin?.(store, prefix);
    });

    afterEach(() => close());

    const open = async (token: string, leaseMs = MINUTE): Promise<void> => {
      expect(await intents.open([a], token, leaseMs)).toEqual([undefined]);
    };
    const renew = async (token: string, leaseMs = MINUTE): Promise<boolean> => {
      const [renewed] = await intents.renew([a], token, leaseMs);
      return renewed as boolean;
    };
    const settle = async (token: string): Promise<SettledIntent> => {
      const [settled] = await intents.settle([a], token);
      return settled as SettledIntent;
    };
    const pass = (ms: number): Promise<void> => subject.pass(store, [a, b], ms);

    /** No read is served, nothing is filled, and no snapshot lets anybody try. */
    const expectClosedToReaders = async (...generations: Generation[]): Promise<void> => {
      expect(await store.current(a)).toBe(OPEN);
      expect(await store.currentMany([b, a])).toEqual([ABSENT, OPEN]);
      expect(await store.snapshot(a)).toBe(0);
      expect(await store.snapshotMany([a])).toEqual([0]);
      for (const generation of [...generations, ABSENT, OPEN]) {
        expect(await store.extend(a, generation, MINUTE)).toBe(false);
        expect(await store.extendMany([{ key: a, generation }], MINUTE)).toEqual([false]);
        expect(await atomic?.fill(a, generation, Buffer.of(1), MINUTE)).toBe(atomic && false);
      }
      expect(await store.current(a)).toBe(OPEN);
    };

    describe('open', () => {
      it('closes a key that has a generation: reads say open, snapshots answer 0, fills are refused', async () => {
        const before = await store.snapshot(a);
        await open('w');
        await expectClosedToReaders(before, before + 1);
      });

      it('closes a key that has none', async () => {
        await open('w');
        await expectClosedToReaders(1);
      });

      it('again with the same token moves its deadline: it is one writer, not two', async () => {
        await open('w', 10_000);
        await open('w', 30_000);
        await pass(20_000);
        expect(await store.snapshot(a)).toBe(0);
        expect((await settle('w')).held).toBe(true);
        expect(await store.current(a)).toBeGreaterThan(0);
      });

      it('again with the same token may also move it nearer', async () => {
        await open('w', 30_000);
        await open('w', 10_000);
        await pass(20_000);
        expect(await store.snapshot(a)).toBeGreaterThan(0);
      });

      it('late, after its settle, closes the key until it runs out', async () => {
        await open('w', 10_000);
        const settled = await settle('w');
        await open('w', 10_000);
        await expectClosedToReaders(settled.generation);
        await pass(20_000);
        expect(await store.snapshot(a)).toBeGreaterThan(settled.generation);
      });

      it('drops the value where the server holds it', async () => {
        if (atomic === undefined) return;
        const generation = await store.snapshot(a);
        expect(await atomic.fill(a, generation, Buffer.of(1), MINUTE)).toBe(true);
        await open('w');
        expect(await atomic.read(a)).toEqual({ entry: undefined, generation: OPEN });
      });
    });

    describe('settle', () => {
      it('opens the key to readers again under a new generation, and entries of the old one stay dead', async () => {
        const before = await store.snapshot(a);
        await open('w');
        const { generation, held } = await settle('w');
        expect(held).toBe(true);
        expect(generation).toBeGreaterThan(before);
        expect(await store.current(a)).toBe(generation);
        expect(await store.snapshot(a)).toBe(generation);
        expect(await store.extend(a, before, MINUTE)).toBe(false);
        expect(await store.extend(a, generation, MINUTE)).toBe(true);
      });

      it('of one writer of two keeps the key closed, under a new number', async () => {
        const before = await store.snapshot(a);
        await open('one');
        await open('two');
        const first = await settle('one');
        expect(first.held).toBe(true);
        expect(first.generation).toBeGreaterThan(before);
        await expectClosedToReaders(before, first.generation);
        const second = await settle('two');
        expect(second.held).toBe(true);
        expect(second.generation).toBeGreaterThan(first.generation);
        expect(await store.current(a)).toBe(second.generation);
      });

      it('executed twice does not unlock the key under another writer', async () => {
        await open('one');
        await open('two');
        const first = await settle('one');
        const again = await settle('one');
        expect(again.held).toBe(false);
        expect(again.generation).toBeGreaterThan(first.generation);
        await expectClosedToReaders(first.generation, again.generation);
        expect(await renew('two')).toBe(true);
      });

      it('executed late only issues once more', async () => {
        await open('w');
        const settled = await settle('w');
        const late = await settle('w');
        expect(late.held).toBe(false);
        expect(late.generation).toBeGreaterThan(settled.generation);
        expect(await store.current(a)).toBe(late.generation);
      });

      it('of a token that never opened the key is a bump: of a key with a generation, of one without, of an open one', async () => {
        const before = await store.snapshot(a);
        const plain = await settle('stranger');
        expect(plain.held).toBe(false);
        expect(plain.generation).toBeGreaterThan(before);
        expect(await store.current(a)).toBe(plain.generation);

        const [absent] = (await intents.settle([b], 'stranger')) as SettledIntent[];
        expect(absent?.held).toBe(false);
        expect(await store.current(b)).toBe(absent?.generation);

        await store.clear(b);
        await open('w');
        expect((await settle('stranger')).held).toBe(false);
        await expectClosedToReaders(plain.generation);
      });

      it('drops the value where the server holds it', async () => {
        if (atomic === undefined) return;
        const generation = await store.snapshot(a);
        expect(await atomic.fill(a, generation, Buffer.of(1), MINUTE)).toBe(true);
        await settle('stranger');
        expect((await atomic.read(a)).entry).toBeUndefined();
      });

      it('never issues a generation twice, also within one millisecond', async () => {
        let last = await store.bump(a);
        for (let round = 0; round < 50; round++) {
          await open('w');
          const { generation } = await settle('w');
          expect(generation).toBeGreaterThan(last);
          last = await store.bump(a);
          expect(last).toBeGreaterThan(generation);
        }
      });
    });

    describe('a lease', () => {
      it('that ran out opens the key under a new number, which is no number that was issued before', async () => {
        const before = await store.snapshot(a);
        await open('crashed', 10_000);
        const carried = await store.bump(a);
        await pass(20_000);
        const after = await store.snapshot(a);
        expect(after).toBeGreaterThan(carried);
        expect(carried).toBeGreaterThan(before);
        expect(await store.current(a)).toBe(after);
        expect(await store.extend(a, after, MINUTE)).toBe(true);
      });

      it('that ran out unnoticed is noticed by the settle, which says so', async () => {
        await open('w', 10_000);
        await pass(20_000);
        const { generation, held } = await settle('w');
        expect(held).toBe(false);
        expect(await store.current(a)).toBe(generation);
      });

      it('that ran out leaves the key to the writers whose lease has not', async () => {
        await open('short', 10_000);
        await open('long', 40_000);
        await pass(20_000);
        expect(await store.snapshot(a)).toBe(0);
        expect((await settle('short')).held).toBe(false);
        await expectClosedToReaders();
        expect((await settle('long')).held).toBe(true);
      });

      it('is not shortened by another writer that opens the key later for less', async () => {
        await open('long', 40_000);
        await open('short', 10_000);
        await pass(20_000);
        expect(await store.snapshot(a)).toBe(0);
        expect(await renew('long')).toBe(true);
      });

      it('outlives the settle and the renewal of another writer', async () => {
        await open('one', 40_000);
        await open('two', 10_000);
        expect(await renew('two', 5_000)).toBe(true);
        await settle('two');
        await pass(20_000);
        expect(await store.snapshot(a)).toBe(0);
        expect((await settle('one')).held).toBe(true);
      });

      it('may be a fraction of a millisecond', async () => {
        await open('w', 0.5);
        await pass(1_000);
        expect(await store.snapshot(a)).toBeGreaterThan(0);
      });
    });

    describe('renew', () => {
      it('extends a token that is there', async () => {
        await open('w', 10_000);
        expect(await renew('w', 30_000)).toBe(true);
        await pass(20_000);
        expect(await store.snapshot(a)).toBe(0);
        expect((await settle('w')).held).toBe(true);
      });

      it('answers false for one that is not, and never puts it back', async () => {
        const before = await store.snapshot(a);
        expect(await renew('w')).toBe(false);
        expect(await store.current(a)).toBe(before);
        expect(await intents.renew([b], 'w', MINUTE)).toEqual([false]);
        expect(await store.current(b)).toBe(ABSENT);
      });

      it('answers false for one that ran out, was settled, or is another one', async () => {
        await open('w', 10_000);
        await pass(20_000);
        expect(await renew('w')).toBe(false);
        expect(await store.snapshot(a)).toBeGreaterThan(0);

        await open('w');
        await settle('w');
        expect(await renew('w')).toBe(false);
        expect(await store.current(a)).toBeGreaterThan(0);

        await open('another');
        expect(await renew('w')).toBe(false);
        expect(await renew('anothe')).toBe(false);
        await settle('another');
        expect(await store.current(a)).toBeGreaterThan(0);
      });

      it('issues nothing', async () => {
        await open('w');
        const bumped = await store.bump(a);
        await renew('w');
        expect((await settle('w')).generation).toBeGreaterThan(bumped);
      });
    });

    describe('an open key', () => {
      it('is renumbered by a bump, which leaves its writers and their deadlines alone', async () => {
        const before = await store.snapshot(a);
        await open('one', 10_000);
        await open('two', 40_000);
        const bumped = await store.bump(a);
        const [again] = (await store.bumpMany([a])) as number[];
        expect(bumped).toBeGreaterThan(before);
        expect(again).toBeGreaterThan(bumped);
        await expectClosedToReaders(before, bumped, again as number);
        expect(await atomic?.invalidate(a)).toEqual(atomic && expect.any(Number));
        await pass(20_000);
        expect(await renew('one')).toBe(false);
        expect((await settle('two')).held).toBe(true);
      });

      it('is closed again by no bump once its writers have run out', async () => {
        await open('w', 10_000);
        await pass(20_000);
        const bumped = await store.bump(a);
        expect(await store.current(a)).toBe(bumped);
      });

      it('stays open through a clear, under a new number; keys whose writers have run out do not', async () => {
        const before = (await store.snapshotMany([a, b])) as number[];
        await open('w', 40_000);
        await intents.open([b], 'crashed', 10_000);
        await pass(20_000);
        const carried = await store.bump(a);
        await store.clear(prefix);
        expect(await store.current(b)).toBe(ABSENT);
        await expectClosedToReaders(before[0] as number, carried);
        const { generation, held } = await settle('w');
        expect(held).toBe(true);
        expect(generation).toBeGreaterThan(carried);
      });

      it('stays open through a clear of a part of its prefix', async () => {
        await open('w');
        await store.clear(a);
        await expectClosedToReaders();
      });
    });

    it('answers many keys in their order, and leaves its input alone', async () => {
      const keys = Object.freeze(Array.from({ length: 50 }, (_, n) => `${prefix}${n}`));
      await store.snapshotMany(keys.slice(0, 30));
      expect(await intents.open(keys, 'w', MINUTE)).toEqual(keys.map(() => undefined));
      expect(await store.currentMany(keys)).toEqual(keys.map(() => OPEN));
      await intents.settle(keys.slice(0, 10), 'w');
      expect(await intents.renew(keys.toReversed(), 'w', MINUTE)).toEqual(keys.toReversed().map((_, n) => n < 40));
      const settled = (await intents.settle(keys, 'w')) as SettledIntent[];
      expect(settled.map(({ held }) => held)).toEqual(keys.map((_, n) => n >= 10));
      expect(await store.currentMany(keys)).toEqual(settled.map(({ generation }) => generation));
    });

    it('answers an empty request with nothing', async () => {
      expect(await intents.open([], 'w', MINUTE)).toEqual([]);
      expect(await intents.renew([], 'w', MINUTE)).toEqual([]);
      expect(await intents.settle([], 'w')).toEqual([]);
    });

    it('keeps tokens of any text apart', async () => {
      const tokens = [randomUUID(), '%w', '.*', '-', '!', ' ', '12', '1', 'ключ', '\u{1f511}'];
      for (const token of tokens) await open(token);
      for (const token of tokens) {
        expect(await store.current(a)).toBe(OPEN);
        expect(await settle(token)).toEqual({ generation: expect.any(Number), held: true });
      }
      expect(await store.current(a)).toBeGreaterThan(0);
    });

    const { lose } = subject;
    if (lose) {
      it('a lost open cell is not put back by a renewal, and no generation of it is issued again', async () => {
        await store.snapshot(a);
        await open('w');
        const carried = await store.bump(a);
        await lose(store, a);
        expect(await store.current(a)).toBe(ABSENT);
        expect(await renew('w')).toBe(false);
        expect(await store.current(a)).toBe(ABSENT);
        const { generation, held } = await settle('w');
        expect(held).toBe(false);
        expect(generation).toBeGreaterThan(carried);
        expect(await store.current(a)).toBe(generation);
      });
    }

    describeIntentModel(subject);
  });
}
