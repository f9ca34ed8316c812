import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CasCorruptFrameError, decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { MAX_GENERATION } from '../../../lib/contracts/generation-store.js';
import { bulkMembers, generation, payload } from '../../support/frames.js';

describe('round trips, empty payload, largest generation', () => {
  it('gives back any generation and payload of a single frame', () => {
    fc.assert(
      fc.property(generation, payload, (gen, bytes) => {
        expect(decodeSingle(encodeSingle(gen, bytes))).toEqual({ gen, payload: Buffer.from(bytes) });
      }),
    );
  });

  it('gives back any members of a bulk frame in their order, with duplicates', () => {
    fc.assert(
      fc.property(bulkMembers, (members) => {
        const expected = members.map((member) => ({ ...member, payload: Buffer.from(member.payload) }));
        expect(decodeBulk(encodeBulk(members))).toEqual(expected);
      }),
    );
  });

  it('carries no generation that a number could not hold exactly', () => {
    const frame = encodeSingle(Number.MAX_SAFE_INTEGER, Buffer.alloc(0));
    frame.writeBigUInt64BE(2n ** 53n, 6);
    expect(() => decodeSingle(frame)).toThrow(CasCorruptFrameError);
  });

  it.each([0, 1, 2 ** 32 - 1, 2 ** 32, MAX_GENERATION, Number.MAX_SAFE_INTEGER])(
    'carries generation %d with an empty payload',
    (gen) => {
      expect(decodeSingle(encodeSingle(gen, Buffer.alloc(0)))).toEqual({ gen, payload: Buffer.alloc(0) });
    },
  );
});
