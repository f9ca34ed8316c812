import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sharesSlot } from '../../../lib/keys/hash-tag.js';
import { generationKey, singleKey, storageKeyOf } from '../../../lib/keys/storage-keys.js';
import { clusterSlot, crc16 } from '../../support/cluster-slot.js';

/** Text in which braces, and the separators of the names, are frequent. */
const unit = fc.constantFrom('{', '}', 'a', 'b', ':', 'gen:', 'é', '😀');
const text = fc.string({ unit, maxLength: 8 });
const userKey = fc.string({ unit, minLength: 1, maxLength: 8 });
const namespace = fc.constantFrom('user', 'a.b');
const valueKey = fc.tuple(namespace, userKey).map(([ns, key]) => singleKey(ns, key));

describe('the name of a generation', () => {
  it.each([
    ['1', 'gen:{single:user:1}'],
    ['a{b', 'gen:{single:user:a{b}'],
    ['a{t}b', 'gen:{t}:single:user:a{t}b'],
    ['{a{b}c}', 'gen:{a{b}:single:user:{a{b}c}'],
    ['}{t}', 'gen:{t}:single:user:}{t}'],
    ['a}b', 'gen:{}:single:user:a}b'],
    ['a{}b', 'gen:{}:single:user:a{}b'],
    ['{}{t}', 'gen:{}:single:user:{}{t}'],
  ])('of key %p is %s', (key, name) => {
    expect(generationKey(singleKey('user', key))).toBe(name);
    expect(storageKeyOf(name)).toBe(singleKey('user', key));
  });

  it.each([
    ['app:', '1', 'gen:{app:single:user:1}'],
    ['app:', 'a{t}b', 'gen:{t}:single:user:a{t}b'],
    ['a}b:', '1', 'gen:{}:single:user:1'],
    ['{app}:', '1', 'gen:{single:user:1}'],
    ['{app}:', 'a{t}b', 'gen:{t}:single:user:a{t}b'],
    ['{:', '1', 'gen:{single:user:1}'],
    ['{}:', '1', 'gen:{single:user:1}'],
  ])('for a client that puts %p before every key, of key %p is %s', (prefix, key, name) => {
    expect(generationKey(singleKey('user', key), prefix)).toBe(name);
  });

  it('tells its value key, so no two keys share one', () => {
    fc.assert(
      fc.property(valueKey, text, (value, prefix) => {
        expect(storageKeyOf(generationKey(value, prefix), prefix)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('is told from every other key', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', 'gen:{', 'gen:{}:', 'gen:{single:user:'), text, (rest, start, prefix) => {
        const value = storageKeyOf(start + rest, prefix);
        if (value !== undefined) expect(generationKey(value, prefix)).toBe(start + rest);
      }),
      { numRuns: 2000 },
    );
    for (const foreign of [
      '',
      'gen:',
      'gen:{',
      'gen:{a',
      'gen:user:single:user:1',
      'single:user:1',
      'gen:{x}:single:user:1',
    ]) {
      expect(storageKeyOf(foreign)).toBeUndefined();
    }
  });
});

describe('value and generation key share a Cluster slot', () => {
  const slots = (prefix: string, value: string): [number, number] => [
    clusterSlot(prefix + value),
    clusterSlot(prefix + generationKey(value, prefix)),
  ];
  /** By the rule of Redis, written as a pattern: the first brace, and what it encloses. */
  const hasTag = (key: string): boolean => /^[^{]*\{[^}]+\}/s.test(key);

  it('also with braces in the key', () => {
    fc.assert(
      fc.property(valueKey, (value) => {
        const [ofValue, ofGeneration] = slots('', value);
        // The one exception has no name that could share: its whole key is hashed, and no tag can hold its brace.
        if (value.includes('}') && !hasTag(value)) expect(sharesSlot('', value, generationKey(value))).toBe(false);
        else expect(ofGeneration).toBe(ofValue);
      }),
      { numRuns: 2000 },
    );
  });

  it("and with the client's keyPrefix", () => {
    fc.assert(
      fc.property(valueKey, text, (value, prefix) => {
        const [ofValue, ofGeneration] = slots(prefix, value);
        const full = prefix + value;
        const possible = prefix.includes('{') ? hasTag(prefix) : hasTag(full) || !full.includes('}');
        if (possible) expect(sharesSlot(prefix, value, generationKey(value, prefix))).toBe(true);
        if (possible) expect(ofGeneration).toBe(ofValue);
      }),
      { numRuns: 2000 },
    );
  });

  it('by the hash function of Redis', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x31c3);
    expect(clusterSlot('foo{bar}{zap}')).toBe(clusterSlot('bar'));
    expect(clusterSlot('foo{}{bar}')).toBe(crc16(Buffer.from('foo{}{bar}')) % 16_384);
  });

  it('is answered for any two keys as Redis hashes them', () => {
    fc.assert(
      fc.property(text, text, text, (prefix, a, b) => {
        if (sharesSlot(prefix, a, b)) expect(clusterSlot(prefix + a)).toBe(clusterSlot(prefix + b));
      }),
      { numRuns: 2000 },
    );
    expect(sharesSlot('', 'a{t}', '{t}b')).toBe(true);
    expect(sharesSlot('', 'a', 'b')).toBe(false);
    expect(sharesSlot('{p}', 'a', 'b')).toBe(true);
  });
});
