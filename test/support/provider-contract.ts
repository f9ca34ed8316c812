import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CasProvider, LiveEntry } from '../../lib/contracts/provider.js';

/** A provider under test. Each test gets one of its own and keys of its own, so a server may be shared by all tests. */
export interface ProviderUnderTest<S> {
  make(): Promise<{ readonly store: CasProvider<S>; close(): Promise<void> }>;
  readonly holds: 'bytes' | 'values';
  readonly reach: 'process' | 'shared';
  /** Which optional abilities it must have. The others must be absent. */
  readonly has: { readonly clear: boolean; readonly scope: boolean };
  /** It keeps copies in process, which stay when another instance deletes the entry. */
  readonly keepsCopies?: true;
}

const YEAR = 31_536_000_000;
const MINUTE = 60_000;

/** Keys that break look-ups in plain objects, glob patterns, hash tags, separators or encodings. */
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'a:b:c',
  '{braces}',
  '}{',
  '{}',
  'glob*?[a-z]\\',
  ' ',
  '\u0000',
  '\r\n',
  'ключ',
  '\u{1f511}',
  '42',
  'x'.repeat(60_000),
];

function entryOf(holds: 'bytes' | 'values', n: number): unknown {
  return holds === 'bytes' ? Uint8Array.of(n & 255, n >> 8, 7) : ({ gen: n + 1, payload: { n } } satisfies LiveEntry);
}

/** What a test compares: the class of a byte view is the provider's affair. */
function seen(entry: unknown): unknown {
  return entry instanceof Uint8Array ? Buffer.from(entry).toString('hex') : entry;
}

async function untilGone(read: () => unknown): Promise<void> {
  for (const end = Date.now() + 5_000; (await read()) !== undefined; await pause(1)) {
    if (Date.now() > end) throw new Error('an entry outlived its ttl by seconds');
  }
}

/** The promises of `CasProvider`, for any provider. Nothing here depends on an injected clock. */
export function describeProviderContract<S>(name: string, subject: ProviderUnderTest<S>): void {
  describe(`provider contract: ${name}`, () => {
    let store: CasProvider<S>;
    let close: () => Promise<void>;
    let prefix: string;

    const entry = (n: number): S => entryOf(subject.holds, n) as S;
    const shown = (n: number): unknown => seen(entry(n));
    const key = (text: string | number): string => `${prefix}${text}`;
    const get = async (k: string): Promise<unknown> => seen(await store.get(k));
    const set = async (k: string, n: number, ttlMs = MINUTE): Promise<boolean> => store.set(k, entry(n), { ttlMs });

    beforeEach(async () => {
      const made = await subject.make();
      store = made.store;
      close = () => made.close();
      prefix = `single:t-${randomUUID()}:`;
    });

    afterEach(() => close());

    it('says what it holds, how far it reaches and which optional abilities it has', () => {
      expect(store.holds).toBe(subject.holds);
      expect(store.reach).toBe(subject.reach);
      expect(typeof store.clear).toBe(subject.has.clear ? 'function' : 'undefined');
      expect(typeof store.scope).toBe(subject.has.scope ? 'function' : 'undefined');
    });

    it('answers undefined for a key that was never set', async () => {
      expect(await store.get(key('a'))).toBeUndefined();
    });

    it('answers what was set, and only under its own key', async () => {
      expect(await set(key('a'), 1)).toBe(true);
      expect(await get(key('a'))).toEqual(shown(1));
      expect(await get(key('a'))).toEqual(shown(1));
      expect(await get(key('A'))).toBeUndefined();
      expect(await get(key('a '))).toBeUndefined();
      expect(await get(key('') + 'aa')).toBeUndefined();
    });

    it('replaces an earlier entry', async () => {
      await set(key('a'), 1);
      expect(await set(key('a'), 2)).toBe(true);
      expect(await get(key('a'))).toEqual(shown(2));
    });

    it('accepts a cost', async () => {
      expect(await store.set(key('a'), entry(1), { ttlMs: MINUTE, cost: 1_000 })).toBe(true);
      expect(await get(key('a'))).toEqual(shown(1));
    });

    it('deletes, also what is not there', async () => {
      await set(key('a'), 1);
      await set(key('b'), 2);
      await store.delete(key('a'));
      await store.delete(key('a'));
      expect(await get(key('a'))).toBeUndefined();
      expect(await get(key('b'))).toEqual(shown(2));
    });

    it('keeps keys of any well-formed text apart', async () => {
      for (const [n, odd] of ODD_KEYS.entries()) expect(await set(key(odd), n)).toBe(true);
      for (const [n, odd] of ODD_KEYS.entries()) expect(await get(key(odd))).toEqual(shown(n));
      expect((await store.getMany(ODD_KEYS.map(key))).map(seen)).toEqual(ODD_KEYS.map((_, n) => shown(n)));
      for (const odd of ODD_KEYS) await store.delete(key(odd));
      expect(await store.getMany(ODD_KEYS.map(key))).toEqual(ODD_KEYS.map(() => undefined));
    });

    it('reads many in the order of the keys, with undefined for what is not there and duplicates answered twice', async () => {
      await set(key('a'), 1);
      await set(key('b'), 2);
      const keys = Object.freeze([key('b'), key('none'), key('a'), key('b')]);
      expect((await store.getMany(keys)).map(seen)).toEqual([shown(2), undefined, shown(1), shown(2)]);
    });

    it('writes and deletes many, wherever their keys live', async () => {
      const keys = Array.from({ length: 50 }, (_, n) => key(n));
      const items = Object.freeze(keys.map((k, n) => Object.freeze({ key: k, entry: entry(n) })));
      expect(await store.setMany(items, { ttlMs: MINUTE })).toEqual(keys.map(() => true));
      expect((await store.getMany(keys)).map(seen)).toEqual(keys.map((_, n) => shown(n)));

      expect(await store.deleteMany(Object.freeze([...keys.slice(1), key('none')]))).toEqual(keys.map(() => undefined));
      expect((await store.getMany(keys)).map(seen)).toEqual([shown(0), ...keys.slice(1).map(() => undefined)]);
    });

    it('answers an empty request with an empty answer', async () => {
      expect(await store.getMany([])).toEqual([]);
      expect(await store.setMany([], { ttlMs: MINUTE })).toEqual([]);
      expect(await store.deleteMany([])).toEqual([]);
    });

    it('drops an entry after its ttl, also one that was written with many', async () => {
      await set(key('a'), 1, 20);
      await store.setMany([{ key: key('b'), entry: entry(2) }], { ttlMs: 20 });
      await set(key('c'), 3);
      await untilGone(() => store.get(key('a')));
      await untilGone(() => store.get(key('b')));
      expect(await get(key('c'))).toEqual(shown(3));
    });

    it('gives a replaced entry the new ttl alone', async () => {
      await set(key('longer'), 1, 20);
      await set(key('longer'), 2, MINUTE);
      await set(key('shorter'), 3, MINUTE);
      await set(key('shorter'), 4, 20);
      await untilGone(() => store.get(key('shorter')));
      expect(await get(key('longer'))).toEqual(shown(2));
    });

    it('takes a fraction of a millisecond and a century for a ttl', async () => {
      expect(await set(key('a'), 1, 0.2)).toBe(true);
      expect(await set(key('b'), 2, 100 * YEAR)).toBe(true);
      expect(await set(key('c'), 3, MINUTE + 0.5)).toBe(true);
      expect(await get(key('b'))).toEqual(shown(2));
      expect(await get(key('c'))).toEqual(shown(3));
      await untilGone(() => store.get(key('a')));
    });

    it('closes once, however often it is asked to', async () => {
      await set(key('a'), 1);
      await store.close();
      await store.close();
    });

    if (subject.holds === 'bytes') {
      it('is binary safe', async () => {
        const all = Uint8Array.from({ length: 256 }, (_, n) => n);
        const samples = [
          new Uint8Array(0),
          all,
          Buffer.from('*1\r\n$4\r\nPING\r\n'),
          new Uint8Array(1_000_000).fill(0xff),
        ];
        for (const [n, bytes] of samples.entries()) {
          expect(await store.set(key(n), Uint8Array.from(bytes) as S, { ttlMs: MINUTE })).toBe(true);
        }
        for (const [n, bytes] of samples.entries()) expect(await get(key(n))).toBe(seen(bytes));
      });

      it('does not let a write to a neighbour of the given view reach the entry', async () => {
        const slab = Buffer.alloc(64, 1);
        await store.set(key('a'), slab.subarray(8, 16) as Uint8Array as S, { ttlMs: MINUTE });
        await store.get(key('a'));
        slab.fill(2, 0, 8);
        slab.fill(2, 16);
        expect(await get(key('a'))).toBe('01'.repeat(8));
      });
    } else {
      it('hands out the very entry that was set', async () => {
        const given = entry(1);
        await store.set(key('a'), given, { ttlMs: MINUTE });
        expect(await store.get(key('a'))).toBe(given);
      });
    }

    if (subject.has.clear) {
      it('clears what begins with a prefix, read literally, and nothing else', async () => {
        const inside = ['a', 'b', '*', ''].map((text) => `${prefix}*[a-z]?:${text}`);
        const outside = [key('a'), `${prefix}*[a-z]?`, `${prefix}xb?:a`, `x${prefix}*[a-z]?:a`];
        for (const [n, k] of [...inside, ...outside].entries()) await set(k, n);
        await store.clear?.(`${prefix}*[a-z]?:`);
        expect(await store.getMany(inside)).toEqual(inside.map(() => undefined));
        expect((await store.getMany(outside)).map(seen)).toEqual(outside.map((_, n) => shown(n + inside.length)));
      });

      it('clears more entries than one page of a scan', async () => {
        const items = Array.from({ length: 3_000 }, (_, n) => ({ key: key(n), entry: entry(n) }));
        await store.setMany(items, { ttlMs: MINUTE });
        await store.clear?.(prefix);
        expect((await store.getMany(items.map((item) => item.key))).filter((found) => found !== undefined)).toEqual([]);
      });
    }

    if (subject.has.scope) {
      it('reaches the same entries through a scope and by whole keys', async () => {
        await set(key('before'), 1);
        const view = store.scope!(prefix, {});
        await set(key('flat'), 2);
        await view.set('scoped', entry(3), { ttlMs: MINUTE });
        expect(seen(await view.get('flat'))).toEqual(shown(2));
        expect(await get(key('scoped'))).toEqual(shown(3));
        expect((await view.getMany(['before', 'flat', 'scoped'])).map(seen)).toEqual([shown(1), shown(2), shown(3)]);

        await view.delete('flat');
        await store.delete(key('scoped'));
        expect(await get(key('flat'))).toBeUndefined();
        expect(await view.get('scoped')).toBeUndefined();

        await store.clear?.(prefix);
        expect(await view.get('before')).toBeUndefined();
      });

      it('keeps scopes apart and closes only as a whole', async () => {
        const [one, two] = [store.scope!(prefix, {}), store.scope!(`bulk:${randomUUID()}:`, {})];
        await one.set('a', entry(1), { ttlMs: MINUTE });
        expect(await two.get('a')).toBeUndefined();
        await one.close();
        expect(seen(await one.get('a'))).toEqual(shown(1));
      });
    }

    if (subject.reach === 'shared') {
      it('shares its entries with every other instance', async () => {
        const other = await subject.make();
        try {
          await set(key('a'), 1);
          expect(seen(await other.store.get(key('a')))).toEqual(shown(1));
          if (subject.keepsCopies) return;
          await other.store.delete(key('a'));
          expect(await get(key('a'))).toBeUndefined();
        } finally {
          await other.close();
        }
      });
    }
  });
}
