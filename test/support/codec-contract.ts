import { deepStrictEqual } from 'node:assert/strict';
import { types } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { CasCodec, CodecContext } from '../../lib/contracts/codec.js';
import { CasDecodeError, CasEncodeError } from '../../lib/errors.js';

/** A value by name. Made anew for each use, so that a change to one is seen by comparing it with another. */
export interface Sample {
  readonly what: string;
  readonly make: () => unknown;
  /** What a hit gets instead, where the codec documents a loss. */
  readonly comesBackAs?: () => unknown;
}

export interface CodecUnderTest {
  readonly make: () => CasCodec;
  readonly keepsClasses: boolean;
  /** At least two, of different bytes. */
  readonly carries: readonly Sample[];
  readonly refuses: readonly Sample[];
  /** What its format shows: whether a rest after the end, and an end that is missing, are noticed in every case. */
  readonly tells: { readonly trailing: boolean; readonly truncated: boolean };
}

export const CONTEXT: CodecContext = { storageKey: 'single:test:42' };

const PROTOTYPES = [
  Object,
  Function,
  Array,
  String,
  Number,
  BigInt,
  Symbol,
  Date,
  RegExp,
  Map,
  Set,
  Error,
  TypeError,
  AggregateError,
  Promise,
  ArrayBuffer,
  DataView,
  Uint8Array,
  Float64Array,
  Buffer,
].map((Type) => Type.prototype as object);

type Properties = ReadonlyMap<string, readonly unknown[]>;

/** Every property of the prototypes of built-ins, to see later whether something was added or replaced. */
export function builtIns(): Properties {
  const all = new Map<string, readonly unknown[]>();
  for (const prototype of PROTOTYPES) {
    for (const key of Reflect.ownKeys(prototype)) {
      const parts: unknown[] = Object.values(Object.getOwnPropertyDescriptor(prototype, key) ?? {});
      all.set(`${prototype.constructor.name}.prototype.${String(key)}`, parts);
    }
  }
  return all;
}

export function expectUntouched(before: Properties): void {
  const now = builtIns();
  const isSame = (name: string): boolean =>
    now.get(name)?.every((part, i) => Object.is(part, before.get(name)?.[i])) ?? false;
  expect([...new Set([...before.keys(), ...now.keys()])].filter((name) => !isSame(name))).toEqual([]);
}

/** What decoding comes to; fails on everything but a value or a `CasDecodeError`. */
export function outcome(codec: CasCodec, bytes: Uint8Array, context = CONTEXT): 'value' | 'refused' {
  try {
    codec.decode(bytes, context);
    return 'value';
  } catch (error) {
    if (!(error instanceof CasDecodeError)) throw error;
    // Errors of node's own modules are of another realm here.
    expect(types.isNativeError(error.cause)).toBe(true);
    return 'refused';
  }
}

/** The promises of `CasCodec`, for any codec. */
export function describeCodecContract(name: string, subject: CodecUnderTest): void {
  const { carries, refuses, tells } = subject;

  const encoded = (codec: CasCodec, sample: Sample): Buffer => Buffer.from(codec.encode(sample.make(), CONTEXT));

  describe(`codec contract: ${name}`, () => {
    // Before the first test: what an earlier one did is seen too.
    const before = builtIns();

    it.each(carries)('gives back $what', (sample) => {
      const codec = subject.make();
      const value = codec.decode(encoded(codec, sample), CONTEXT);
      deepStrictEqual(value, (sample.comesBackAs ?? sample.make)());
    });

    it.each(refuses)('refuses $what with an encode error that says why', ({ make }) => {
      const codec = subject.make();
      let thrown: unknown;
      try {
        codec.encode(make(), CONTEXT);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(CasEncodeError);
      expect(types.isNativeError((thrown as CasEncodeError).cause)).toBe(true);
      expect((thrown as CasEncodeError).message).not.toContain('secret');
      expect((thrown as CasEncodeError).message).toMatch(/\. [A-Z]/);
    });

    it('says whether it keeps classes', () => {
      expect(subject.make().keepsClasses).toBe(subject.keepsClasses);
    });

    it.each(carries)('changes nothing in the value that it encodes: $what', ({ make }) => {
      const value = make();
      subject.make().encode(value, CONTEXT);
      deepStrictEqual(value, make());
    });

    it('answers bytes that later calls leave alone', () => {
      const codec = subject.make();
      const answers = carries.map(({ make }) => codec.encode(make(), CONTEXT));
      const copies = answers.map((bytes) => Buffer.from(bytes));
      for (const bytes of copies) codec.decode(bytes, CONTEXT);
      for (const { make } of carries) codec.encode(make(), CONTEXT);
      expect(answers.map((bytes, i) => copies[i]?.equals(bytes))).toEqual(carries.map(() => true));
    });

    it.each(carries)('keeps no view of the bytes, and does not write to them: $what', (sample) => {
      const codec = subject.make();
      const bytes = Uint8Array.from(encoded(codec, sample));
      const original = Buffer.from(bytes);
      const value = codec.decode(bytes, CONTEXT);
      expect(original.equals(bytes)).toBe(true);
      // Nothing was hung onto the array either. (Its own keys are its indices.)
      if (bytes.length < 2000) expect(Reflect.ownKeys(bytes)).toHaveLength(bytes.length);
      bytes.fill(0x55);
      deepStrictEqual(value, (sample.comesBackAs ?? sample.make)());
    });

    it('decodes bytes that are a part of a larger buffer', () => {
      const codec = subject.make();
      for (const sample of carries) {
        const bytes = encoded(codec, sample);
        const large = Buffer.concat([Buffer.alloc(13, 0xc1), bytes, Buffer.alloc(7, 0xc1)]);
        const value = codec.decode(large.subarray(13, 13 + bytes.length), CONTEXT);
        deepStrictEqual(value, (sample.comesBackAs ?? sample.make)());
      }
    });

    it('decodes the same whatever was encoded, decoded or refused before', () => {
      const codec = subject.make();
      const [first, ...others] = carries;
      if (first === undefined) throw new Error('the contract needs values');
      const bytes = encoded(codec, first);
      for (const sample of others) {
        const other = encoded(codec, sample);
        codec.decode(other, CONTEXT);
        for (let cut = 1; cut < Math.min(other.length, 40); cut++) outcome(codec, other.subarray(0, cut));
        deepStrictEqual(codec.decode(bytes, CONTEXT), (first.comesBackAs ?? first.make)());
        expect(encoded(codec, first)).toHaveLength(bytes.length);
      }
    });

    if (tells.trailing) {
      it('refuses bytes after the end', () => {
        const codec = subject.make();
        for (const sample of carries) {
          for (const rest of [Buffer.of(0), Buffer.of(0xc0), Buffer.from('rest')]) {
            expect([sample.what, outcome(codec, Buffer.concat([encoded(codec, sample), rest]))]).toEqual([
              sample.what,
              'refused',
            ]);
          }
        }
      });
    }

    it(tells.truncated ? 'refuses every truncation' : 'answers every truncation with a value or a decode error', () => {
      const codec = subject.make();
      for (const sample of carries) {
        const bytes = encoded(codec, sample);
        for (let length = 0; length < bytes.length; length += 1 + (length >> 5)) {
          const came = outcome(codec, bytes.subarray(0, length));
          if (tells.truncated) expect([sample.what, length, came]).toEqual([sample.what, length, 'refused']);
        }
      }
    });

    it('answers random bytes with a value or a decode error, and leaves every prototype as it was', () => {
      const codec = subject.make();
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          outcome(codec, bytes);
        }),
        { numRuns: 500 },
      );
      expectUntouched(before);
    });

    it('answers its own bytes with some changed with a value or a decode error, and leaves every prototype as it was', () => {
      const codec = subject.make();
      const originals = carries.map((sample) => encoded(codec, sample)).filter((bytes) => bytes.length < 2000);
      const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(
          fc.constantFrom(...originals),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          (bytes, changes) => {
            const changed = Buffer.from(bytes);
            for (const [at, byte] of changes) changed[at % changed.length] = byte;
            outcome(codec, changed);
          },
        ),
        { numRuns: 500 },
      );
      expectUntouched(before);
    });
  });
}
