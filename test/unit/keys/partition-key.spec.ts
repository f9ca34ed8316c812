import { describe, expect, it } from '@jest/globals';
import { splitPartitionKey } from 'nestjs-cascache';
import { partitionPrefix } from '../../../lib/keys/partition-key.js';

const TEXTS = [
  'a',
  'b',
  'a:',
  ':a',
  ':',
  '1',
  '1:',
  '1:a',
  '1:a:',
  '2:a:',
  '4:acme:',
  'acme',
  '{acme}',
  '😀',
  ' ',
  '\u0000',
];
const PAIRS = TEXTS.flatMap((partition) => TEXTS.map((key) => [partition, key] as const));

describe('a partition and a key', () => {
  it('make one text that no other pair makes', () => {
    const framed = PAIRS.map(([partition, key]) => partitionPrefix(partition) + key);
    expect(new Set(framed).size).toBe(PAIRS.length);
    expect(partitionPrefix('acme')).toBe('4:acme:');
  });

  it('of which no other partition has the beginning', () => {
    for (const [partition, key] of PAIRS) {
      const beginning = TEXTS.filter((other) => (partitionPrefix(partition) + key).startsWith(partitionPrefix(other)));
      expect(beginning).toEqual([partition]);
    }
  });

  it('are told apart again', () => {
    for (const [partition, key] of PAIRS) {
      expect(splitPartitionKey(partitionPrefix(partition) + key)).toEqual({ partition, key });
    }
  });

  it.each(['', 'a', '1', '1:', '5:acme:', '4:acme', '0::a', '01:a:k', 'x:a:k'])('are not seen in %j', (key) => {
    expect(splitPartitionKey(key)).toBeUndefined();
  });
});
