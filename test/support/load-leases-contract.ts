import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { LoadLeases } from '../../lib/contracts/load-leases.js';

/** Load leases under test. Each test gets its own, and keys of its own. */
export interface LoadLeasesUnderTest {
  readonly leases: LoadLeases;
  /** Makes that much time pass for the leases of the keys. */
  pass(keys: readonly string[], ms: number): Promise<void>;
  /** How many of the keys something is kept for. */
  kept(keys: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

const MINUTE = 60_000;

/** The promises of `LoadLeases`, for any implementation. */
export function describeLoadLeasesContract(name: string, make: () => Promise<LoadLeasesUnderTest>): void {
  describe(`load leases contract: ${name}`, () => {
    let subject: LoadLeasesUnderTest;
    let leases: LoadLeases;
    let key: string;
    let other: string;

    beforeEach(async () => {
      subject = await make();
      ({ leases } = subject);
      const prefix = `single:t-${randomUUID()}:`;
      [key, other] = [`${prefix}a`, `${prefix}b`];
    });

    afterEach(() => subject.close());

    it('a key is acquired once, and refused to others while it is held', async () => {
      expect(await leases.acquire(key, 'one', MINUTE)).toBe(true);
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(false);
      expect(await leases.acquire(key, 'three', MINUTE)).toBe(false);
    });

    it('of many that ask at once, one has the key', async () => {
      const tokens = Array.from({ length: 100 }, (_, n) => `token-${n}`);
      const answers = await Promise.all(tokens.map(async (token) => leases.acquire(key, token, MINUTE)));
      expect(answers.filter((mine) => mine)).toHaveLength(1);
    });

    it('each key has a lease of its own, whatever its text', async () => {
      const keys = [key, other, `${key}{tag}`, `${key}}`, `${key}{}b`, `${key} *?[`, `${key}ключ`, `${key}\u{1f511}`];
      for (const each of keys) expect(await leases.acquire(each, 'one', MINUTE)).toBe(true);
      for (const each of keys) expect(await leases.acquire(each, 'two', MINUTE)).toBe(false);
      for (const each of keys) {
        await leases.release(each, 'one');
        expect(await leases.acquire(each, 'two', MINUTE)).toBe(true);
      }
    });

    it('a lease ends by itself, and not before its time', async () => {
      await leases.acquire(key, 'crashed', 10_000);
      await subject.pass([key], 5_000);
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(false);
      await subject.pass([key], 6_000);
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(true);
    });

    it('a lease is not prolonged by those whom it is refused to', async () => {
      await leases.acquire(key, 'one', 10_000);
      await leases.acquire(key, 'two', MINUTE);
      await subject.pass([key], 11_000);
      expect(await leases.acquire(key, 'three', MINUTE)).toBe(true);
    });

    it('its holder gives a key back before its time', async () => {
      await leases.acquire(key, 'one', MINUTE);
      await leases.release(key, 'one');
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(true);
    });

    it('nobody but its holder gives a key back', async () => {
      await leases.acquire(key, 'one', MINUTE);
      for (const token of ['two', 'on', 'one ', '']) await leases.release(key, token);
      await leases.release(other, 'one');
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(false);
    });

    it('a release that comes after the lease ran out leaves that of another alone', async () => {
      await leases.acquire(key, 'slow', 10_000);
      await subject.pass([key], 11_000);
      await leases.acquire(key, 'two', MINUTE);
      await leases.release(key, 'slow');
      expect(await leases.acquire(key, 'three', MINUTE)).toBe(false);
    });

    it('a release that comes twice, or for what nobody ever had, is harmless', async () => {
      await leases.release(key, 'one');
      await leases.acquire(key, 'one', MINUTE);
      await leases.release(key, 'one');
      await leases.release(key, 'one');
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(true);
      await leases.release(key, 'one');
      expect(await leases.acquire(key, 'three', MINUTE)).toBe(false);
    });

    it('may last for a fraction of a millisecond', async () => {
      expect(await leases.acquire(key, 'one', 0.5)).toBe(true);
      await subject.pass([key], 10);
      expect(await leases.acquire(key, 'two', MINUTE)).toBe(true);
    });

    it('thousands of keys leave nothing behind after their time', async () => {
      const keys = Array.from({ length: 3_000 }, (_, n) => `${key}-${n}`);
      const answers = await Promise.all(keys.map(async (each) => leases.acquire(each, 'one', 20_000)));
      expect(answers.every((mine) => mine)).toBe(true);
      expect(await subject.kept(keys)).toBe(3_000);
      await subject.pass(keys, 21_000);
      expect(await subject.kept(keys)).toBe(0);
    });

    it('a key that was given back leaves nothing behind', async () => {
      await leases.acquire(key, 'one', MINUTE);
      expect(await subject.kept([key])).toBe(1);
      await leases.release(key, 'one');
      expect(await subject.kept([key])).toBe(0);
    });
  });
}
