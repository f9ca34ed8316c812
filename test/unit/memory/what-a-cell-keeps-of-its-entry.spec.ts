import { describe, expect, it } from '@jest/globals';

import type { CellFill } from '../../../lib/contracts/entry-cells.js';
import { EntryCell } from '../../../lib/memory/entry-cell.js';
import { Embedded } from '../../support/core/embedded.js';

const STAMP = { storedAt: 1, freshMs: 2 };
const TAGGED = { era: 1, seq: 5, tags: ['a', 'b'] };
const KINDS: readonly CellFill<string>[] = [undefined, STAMP].flatMap((stamp) =>
  [undefined, TAGGED].map((tagged) => ({ payload: 'v', plan: undefined, stamp, tagged })),
);

function expectToHave(cell: EntryCell<string>, { stamp, tagged }: CellFill<string>): void {
  expect([cell.stamp, cell.tags]).toEqual([stamp, tagged?.tags]);
  const answer = Promise.resolve('v');
  cell.answer = answer;
  // What has a soft ttl is looked at by its age at each read.
  expect(cell.answer).toBe(stamp === undefined ? answer : undefined);
  expect([cell.stamp, cell.tags]).toEqual([stamp, tagged?.tags]);
}

describe('a cell', () => {
  it.each(KINDS)('has the stamp and the tags of its entry, and keeps an answer where it may: %j', (fill) => {
    expectToHave(new EntryCell(1, fill, 10), fill);
  });

  it.each(KINDS)('has those of the entry that takes its place, and nothing else: %j', (fill) => {
    for (const before of KINDS) {
      const cell = new EntryCell(1, before, 10);
      cell.answer = Promise.resolve('before');
      cell.replace(fill, 10);
      expect(cell.answer).toBeUndefined();
      expectToHave(cell, fill);
    }
  });
});

describe('readers of an entry with tags that share its value', () => {
  it('share a promise, once it is read often', async () => {
    const { cache } = new Embedded({ tags: true, isolation: 'frozen' });
    await cache.getOrLoad('42', () => ({ name: 'Ada' }), { tags: 'a' });
    for (let n = 0; n < 5; n++) await cache.get('42');
    expect(cache.get('42')).toBe(cache.get('42'));
    await cache.invalidateTags('a');
    expect(await cache.get('42')).toBeUndefined();
  });
});
