import { describe, expect, it } from '@jest/globals';
import { CasCorruptFrameError, decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { CasGenerationError, CasKeyError } from '../../../lib/errors.js';
import { TAG, bytesOf, isBeyondOurs, summary, vectors } from '../../support/wire-vectors.js';

/** A frame as the reference wrote it, with any generation: ours cannot make the ones that it refuses. */
function referenceSingle(gen: string, payload: Buffer): Buffer {
  const head = Buffer.from('434153430101000000000000000000000000', 'hex');
  head.writeBigUInt64BE(BigInt(gen), 6);
  head.writeUInt32BE(payload.length, 14);
  return Buffer.concat([head, payload]);
}

describe('encoding a single frame', () => {
  it('has every vector of the file', () => {
    expect(vectors.singleEncode).toHaveLength(26);
    expect(vectors.singleEncode.filter(({ gen }) => isBeyondOurs(gen))).toHaveLength(5);
  });

  it.each(vectors.singleEncode.filter(({ gen }) => !isBeyondOurs(gen)))(
    'gives the bytes of the reference: $name',
    ({ gen, payload, out }) => {
      const frame = encodeSingle(Number(gen), bytesOf(payload));
      expect(summary(frame, out)).toEqual(out);
      expect(decodeSingle(frame)).toEqual({ gen: Number(gen), payload: bytesOf(payload) });
    },
  );

  it.each(vectors.singleEncode.filter(({ gen }) => isBeyondOurs(gen)))(
    'refuses a generation above 2^53-1, and its frame as corrupt: $name',
    ({ gen, payload, out }) => {
      const frame = referenceSingle(gen, bytesOf(payload));
      expect(summary(frame, out)).toEqual(out);
      expect(() => decodeSingle(frame)).toThrow(CasCorruptFrameError);
      expect(() => encodeSingle(Number(gen), bytesOf(payload))).toThrow(CasGenerationError);
    },
  );
});

describe('encoding a bulk frame', () => {
  const beyondOurs = vectors.bulkEncode.filter(({ items }) => items.some(({ gen }) => isBeyondOurs(gen)));
  const refused = vectors.bulkEncode.filter(({ error }) => error !== undefined);
  const encoded = vectors.bulkEncode.filter((vector) => !beyondOurs.includes(vector) && !refused.includes(vector));

  it('has every vector of the file', () => {
    expect(vectors.bulkEncode).toHaveLength(22);
    expect([encoded.length, beyondOurs.length, refused.length]).toEqual([17, 1, 4]);
  });

  it.each(encoded)('gives the bytes of the reference: $name', ({ items, out }) => {
    const members = items.map(({ key, gen, payload }) => ({
      key: bytesOf(key),
      gen: Number(gen),
      payload: bytesOf(payload),
    }));
    if (out === undefined) throw new Error('the vector has no encoding');
    expect(summary(encodeBulk(members), out)).toEqual(out);
  });

  it.each(encoded.filter(({ items }) => items.every(({ key }) => key.kind !== 'hex')))(
    'gives the same bytes for keys given as text, and reads them back: $name',
    ({ items, out }) => {
      const members = items.map(({ key, gen, payload }) => ({
        key: bytesOf(key).toString('utf8'),
        gen: Number(gen),
        payload: bytesOf(payload),
      }));
      if (out === undefined) throw new Error('the vector has no encoding');
      const frame = encodeBulk(members);
      expect(summary(frame, out)).toEqual(out);
      expect(decodeBulk(frame)).toEqual(members);
    },
  );

  it.each(beyondOurs)('refuses a generation above 2^53-1: $name', ({ items }) => {
    const members = items.map(({ key, gen, payload }) => ({
      key: bytesOf(key).toString('utf8'),
      gen: Number(gen),
      payload: bytesOf(payload),
    }));
    expect(() => encodeBulk(members)).toThrow(CasGenerationError);
  });

  it.each(refused)('refuses what the reference refuses: $name', ({ items }) => {
    const members = items.map(({ key, gen, payload }) => ({
      key: bytesOf(key).toString('utf8'),
      gen: Number(gen),
      payload: bytesOf(payload),
    }));
    expect(() => encodeBulk(members)).toThrow(CasKeyError);
  });
});

describe('decoding', () => {
  it('has every vector of the file', () => {
    const ok = vectors.decode.filter(({ verdict }) => verdict[TAG] === 'ok');
    expect([vectors.decode.length, ok.length]).toEqual([110, 11]);
  });

  it.each(vectors.decode.filter(({ verdict }) => verdict[TAG] === 'corrupt'))(
    'refuses as corrupt what the reference refuses: $kind, $name',
    ({ kind, hex }) => {
      const decode = kind === 'single' ? decodeSingle : decodeBulk;
      expect(() => decode(Buffer.from(hex, 'hex'))).toThrow(CasCorruptFrameError);
    },
  );

  it.each(vectors.decode.filter(({ single }) => single !== undefined))(
    'reads a single frame like the reference, but for generations above 2^53-1: $name',
    ({ hex, single }) => {
      const frame = Buffer.from(hex, 'hex');
      if (single === undefined) throw new Error('the vector has no entry');
      if (isBeyondOurs(single.gen)) {
        expect(() => decodeSingle(frame)).toThrow(CasCorruptFrameError);
        return;
      }
      expect(decodeSingle(frame)).toEqual({
        gen: Number(single.gen),
        payload: Buffer.from(single.payloadHex, 'hex'),
      });
    },
  );

  it.each(vectors.decode.filter(({ items }) => items !== undefined))(
    'reads a bulk frame like the reference: $name',
    ({ hex, items }) => {
      const members = decodeBulk(Buffer.from(hex, 'hex'));
      expect(members.map(({ gen, payload }) => ({ gen: String(gen), payloadHex: payload.toString('hex') }))).toEqual(
        items?.map(({ gen, payloadHex }) => ({ gen, payloadHex })),
      );
      // The file gives no text for a key that is not UTF-8; ours is one that no caller can use.
      for (const [i, item] of (items ?? []).entries()) {
        expect(members[i]?.key).toBe(item.key ?? '\udcffx');
      }
    },
  );
});
