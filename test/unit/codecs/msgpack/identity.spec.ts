import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';

function roundTrip<T>(value: T): T {
  const codec = new MsgpackCodec<T>();
  return codec.decode(codec.encode(value));
}

describe('MsgpackCodec and the identity of objects', () => {
  it('gives back one object where one object stood in several places', () => {
    const shared = { n: 1 };
    const date = new Date(5);
    const value = roundTrip({
      a: shared,
      list: [shared, date],
      map: new Map([[shared, date]]),
      set: new Set([shared]),
    });
    expect(value.list[0]).toBe(value.a);
    expect([...value.map.keys()][0]).toBe(value.a);
    expect(value.map.get(value.a)).toBe(value.list[1]);
    expect(value.set.has(value.a)).toBe(true);
    expect(value.list[1]).toEqual(date);
  });

  it('keeps equal objects apart that were not one', () => {
    const [a, b] = roundTrip([{ n: 1 }, { n: 1 }]);
    expect(a).not.toBe(b);
  });

  it('closes cycles through a map, a set and an error', () => {
    const error = new RangeError('in a cycle');
    const root = { map: new Map<unknown, unknown>(), set: new Set<unknown>(), error };
    root.map.set(root, root);
    root.set.add(root);
    error.cause = { error, root };

    const value = roundTrip(root);

    expect(value.map.get(value)).toBe(value);
    expect(value.set.has(value)).toBe(true);
    expect(value.error).toBeInstanceOf(RangeError);
    expect(value.error.cause).toEqual({ error: value.error, root: value });
    expect((value.error.cause as { error: unknown }).error).toBe(value.error);
  });
});
