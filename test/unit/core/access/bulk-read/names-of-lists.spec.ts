import { describe, expect, it } from '@jest/globals';

import { BulkLists } from '../../../../../lib/core/stores/bulk-lists.js';
import { NamespaceKeys } from '../../../../../lib/keys/namespace-keys.js';
import { bulkKey } from '../../../../../lib/keys/storage-keys.js';

/** A key of three characters takes 46 bytes, and the name of its single 64. */
const ROOM_FOR_TWO_PAIRS = 4 * 110;

/** What is asked for, kept as if it had a frame. */
function kept(lists: BulkLists, ...keys: string[]): readonly string[] {
  const list = lists.named(keys);
  lists.keep(list);
  return list.storageKeys;
}

describe('the names of a list of keys', () => {
  it('are those of its frame and its singles', () => {
    const list = new BulkLists(new NamespaceKeys('u')).named(['b', 'a']);
    expect(list).toEqual({ keys: ['b', 'a'], at: bulkKey('u', ['a', 'b']), storageKeys: ['single:u:b', 'single:u:a'] });
  });

  it('are made once where there is a frame, and can then not be changed', () => {
    const lists = new BulkLists(new NamespaceKeys('u'));
    const names = kept(lists, 'a', 'b');
    expect(lists.named(['a', 'b']).storageKeys).toBe(names);
    expect(Object.isFrozen(names)).toBe(true);
  });

  it('are made anew where there was no frame', () => {
    const lists = new BulkLists(new NamespaceKeys('u'));
    const names = lists.named(['a', 'b']).storageKeys;
    expect(lists.named(['a', 'b']).storageKeys).not.toBe(names);
    expect(Object.isFrozen(names)).toBe(false);
  });

  it.each([[['a', 'c']], [['a']], [['a', 'b', 'c']], [['b', 'a']]])('are not those of another list: %j', (other) => {
    const lists = new BulkLists(new NamespaceKeys('u'));
    kept(lists, 'a', 'b');
    expect(lists.named(other).storageKeys).toEqual(other.map((key) => `single:u:${key}`));
    expect(lists.named(other).at).toBe(bulkKey('u', other));
  });

  it('are those of the last of several lists that begin alike', () => {
    const lists = new BulkLists(new NamespaceKeys('u'));
    const first = kept(lists, 'a', 'b');
    const second = kept(lists, 'a', 'c');
    expect(lists.named(['a', 'c']).storageKeys).toBe(second);
    expect(lists.named(['a', 'b']).storageKeys).not.toBe(first);
  });

  it('take bounded room: of the list that was asked for longest ago they are forgotten', () => {
    const lists = new BulkLists(new NamespaceKeys('u'), ROOM_FOR_TWO_PAIRS);
    const one = kept(lists, 'a01', 'a02');
    const two = kept(lists, 'b01', 'b02');
    kept(lists, 'a01', 'a02');
    const three = kept(lists, 'c01', 'c02');
    expect(lists.named(['a01', 'a02']).storageKeys).toBe(one);
    expect(lists.named(['b01', 'b02']).storageKeys).not.toBe(two);
    expect(lists.named(['c01', 'c02']).storageKeys).toBe(three);
  });

  it('make room again when another list takes their place', () => {
    const lists = new BulkLists(new NamespaceKeys('u'), ROOM_FOR_TWO_PAIRS);
    for (let n = 0; n < 9; n++) kept(lists, 'a01', `n0${n}`);
    const other = kept(lists, 'b01', 'b02');
    const last = kept(lists, 'a01', 'a02');
    expect(lists.named(['b01', 'b02']).storageKeys).toBe(other);
    expect(lists.named(['a01', 'a02']).storageKeys).toBe(last);
  });

  it('are not kept of a list that would take more than half of the room', () => {
    const lists = new BulkLists(new NamespaceKeys('u'), ROOM_FOR_TWO_PAIRS);
    const small = kept(lists, 'a01', 'a02');
    const large = kept(lists, 'b01', 'b02', 'b03');
    expect(lists.named(['b01', 'b02', 'b03']).storageKeys).not.toBe(large);
    expect(lists.named(['a01', 'a02']).storageKeys).toBe(small);
  });
});
