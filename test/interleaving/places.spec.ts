import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { findPlace } from '../support/interleaving/mutants/place.js';
import type { Anchor, Place } from '../support/interleaving/mutants/place.js';
import { PLACES } from '../support/interleaving/mutants/places.js';

const place = (at: Anchor, inside = 'Store.fill'): Place => ({ what: 'a fill compares', file: 'a.ts', in: inside, at });

const SOURCE = `
export class Store {
  other(): boolean { return this.generations.extend('not meant'); }
  async fill(item: Item): Promise<string> {
    const refused = item.observed === 0 ? 'unavailable' : undefined;
    if (refused !== undefined || this.closed) return refused;
    if (!(await this.generations.extend(item.key))) return 'stale';
    return this.generations.put(item);
  }
}
const SCRIPT = \`
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1],  'x')
return 1
\`;
`;

/** The same method after a refactoring: other local names, another order, other lines. */
const REFACTORED = SOURCE.replaceAll('item', 'wanted').replace(
  '{ return this',
  '{\n    // Elsewhere.\n    return this',
);

describe('the places that mutants draw from', () => {
  it.each(PLACES)('$what: is found in the sources', (each) => {
    const found = findPlace(each, readFileSync(`lib/${each.file}`, 'utf8'));
    expect(found.text).not.toBe('');
  });

  it('name one concept each', () => {
    const names = PLACES.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    [{ call: 'generations.extend' }, 'this.generations.extend(item.key)'],
    [{ statement: 'put' }, 'return this.generations.put(item);'],
    [{ condition: ['extend'] }, '!(await this.generations.extend(item.key))'],
    [{ if: ['refused'] }, 'if (refused !== undefined || this.closed) return refused;'],
    [{ operand: 'closed' }, 'this.closed'],
    [{ returns: ['put'] }, 'this.generations.put(item)'],
    [{ value: 'refused' }, "item.observed === 0 ? 'unavailable' : undefined"],
  ] satisfies [Anchor, string][])('%j stands there, whatever is around it', (at, text) => {
    expect(findPlace(place(at), SOURCE).text).toBe(text);
    expect(findPlace(place(at), REFACTORED).text).toBe(text.replaceAll('item', 'wanted'));
  });

  it.each([
    [{ lua: "redis.call('SET', KEYS[1], 'x')" }, "redis.call('SET', KEYS[1],  'x')"],
    [{ line: 'return 0' }, "if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end"],
    [{ line: 'return 1' }, 'return 1'],
  ] satisfies [Anchor, string][])('%j stands in the script', (at, text) => {
    expect(findPlace(place(at, 'SCRIPT'), SOURCE).text).toBe(text);
  });

  it.each([
    ['the method has gone', place({ call: 'extend' }, 'Store.store'), 'there is no Store.store'],
    ['what is meant has gone', place({ call: 'renew' }), 'has 0 of {"call":"renew"}'],
    ['it is there twice', place({ returns: [] }), 'has 3 of'],
  ])('when %s, the message names the concept', (_, lost, why) => {
    expect(() => findPlace(lost, SOURCE)).toThrow('lost the place of its concept, "a fill compares"');
    expect(() => findPlace(lost, SOURCE)).toThrow(why);
  });
});
