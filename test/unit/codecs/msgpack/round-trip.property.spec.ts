import { deepStrictEqual } from 'node:assert/strict';

import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';

describe('MsgpackCodec', () => {
  it('round trips any value that is made of data', () => {
    const codec = new MsgpackCodec();
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 300 }), fc.constant('\ud800'));
    const values = fc.anything({
      key: fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '__keys__')),
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: false,
      withNullPrototype: false,
      values: [
        fc.bigInt(),
        fc.bigInt({ max: 2n ** 300n, min: -(2n ** 300n) }),
        fc.date({ noInvalidDate: true }),
        fc.double(),
        fc.integer(),
        text,
        fc.constantFrom(undefined, null, true, -0),
      ],
    });
    fc.assert(
      fc.property(values, (value) => {
        deepStrictEqual(codec.decode(codec.encode(value)), value);
      }),
      { numRuns: 500 },
    );
  });

  it('round trips values whose objects stand in several places', () => {
    const codec = new MsgpackCodec();
    const graphs = fc.array(fc.array(fc.nat(), { maxLength: 5 }), { minLength: 1, maxLength: 30 }).map((edges) => {
      const nodes = edges.map((_, id) => ({ id, to: [] as object[] }));
      for (const [from, targets] of edges.entries()) {
        for (const target of targets) nodes[from]?.to.push(nodes[target % nodes.length] as object);
      }
      return nodes;
    });
    fc.assert(
      fc.property(graphs, (nodes) => {
        const copy = codec.decode(codec.encode(nodes)) as typeof nodes;
        for (const [i, node] of nodes.entries()) {
          deepStrictEqual(
            copy[i]?.to.map((target) => copy.indexOf(target as (typeof copy)[number])),
            node.to.map((target) => nodes.indexOf(target as (typeof nodes)[number])),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
