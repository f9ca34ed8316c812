import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bulkKey, bulkPrefix, singleKey, singlePrefix } from '../../../lib/keys/storage-keys.js';
import { TAG, vectors } from '../../support/wire-vectors.js';

describe('storage keys', () => {
  it('has every vector of the file, and none of them differs between reading and writing', () => {
    expect(vectors.storageKeys).toHaveLength(28);
    expect(vectors.storageKeys.every(({ bulkGet, bulkSet }) => bulkGet[TAG] === bulkSet[TAG])).toBe(true);
  });

  it.each(vectors.storageKeys)('are those of the reference: $name', (vector) => {
    expect(vector.keys.map((key) => singleKey(vector.ns, key))).toEqual(vector.single[TAG]);
    expect(bulkKey(vector.ns, vector.keys)).toBe(vector.bulkSet[TAG]);
    expect(bulkKey(vector.ns, vector.keys)).toBe(vector.bulkGet[TAG]);
  });

  it('begin with the prefix of their namespace', () => {
    expect(singleKey('user', '1')).toBe(`${singlePrefix('user')}1`);
    expect(bulkKey('user', ['1']).startsWith(bulkPrefix('user'))).toBe(true);
  });
});

describe('bulk digest', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  });

  it('order and duplicates irrelevant', () => {
    fc.assert(
      fc.property(keys, fc.infiniteStream(fc.nat()), (set, picks) => {
        const shuffled = set.toSorted(() => ((picks.next().value ?? 0) % 2 === 0 ? 1 : -1));
        expect(bulkKey('n', [...shuffled, ...set])).toBe(bulkKey('n', set));
      }),
    );
  });

  it('["a,b","c"], ["a","b,c"], ["a","b","c"] differ, as any two sets do', () => {
    expect(
      new Set(
        [
          ['a,b', 'c'],
          ['a', 'b,c'],
          ['a', 'b', 'c'],
        ].map((set) => bulkKey('n', set)),
      ).size,
    ).toBe(3);
    const same = (a: readonly string[], b: readonly string[]): boolean =>
      a.length === b.length && a.every((key) => b.includes(key));
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        expect(bulkKey('n', a) === bulkKey('n', b)).toBe(same(a, b));
      }),
    );
  });

  it('sorted by UTF-8 bytes, not by UTF-16 units', () => {
    // 😀 is F0… in UTF-8 and D83D DE00 in UTF-16: the last of these three by bytes, the first by units.
    const vector = vectors.storageKeys.find(({ name }) => name === 'byte order is not UTF-16 order');
    expect(vector?.keys.toSorted()).not.toEqual(
      vector?.keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(bulkKey('user', vector?.keys ?? [])).toBe(vector?.bulkSet[TAG]);
  });

  it('leaves the given keys as they were', () => {
    const given = Object.freeze(['b', 'a', 'b']);
    bulkKey('n', given);
    expect(given).toEqual(['b', 'a', 'b']);
  });
});
