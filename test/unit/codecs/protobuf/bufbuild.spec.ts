import * as bufbuild from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { AnySchema, StructSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import type { Struct, Timestamp } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { ProtobufCodec } from 'nestjs-cascache/codecs/protobuf';

import type { CasCodec } from '../../../../lib/contracts/codec.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { CONTEXT, describeCodecContract, outcome } from '../../../support/codec-contract.js';

const struct = (fields: Record<string, string>): Struct =>
  create(StructSchema, {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, text]) => [name, { kind: { case: 'stringValue' as const, value: text } }]),
    ),
  });

describeCodecContract('ProtobufCodec with @bufbuild/protobuf', {
  make: () => new ProtobufCodec(StructSchema, { toBinary, fromBinary }) as CasCodec,
  keepsClasses: true,
  carries: [
    { what: 'a message', make: () => struct({ name: 'Linus' }) },
    { what: 'an empty message', make: () => create(StructSchema) },
    { what: 'a large message', make: () => struct({ text: 'x'.repeat(3000) }) },
  ],
  refuses: [
    { what: 'null', make: () => null },
    { what: 'undefined', make: () => undefined },
    { what: 'a string', make: () => 'secret' },
    { what: 'a plain object', make: () => ({ fields: {} }) },
    { what: 'a message of another type', make: () => create(TimestampSchema) },
    { what: 'a message with a wrong field', make: () => ({ ...struct({}), fields: { a: 'secret' } }) },
  ],
  // No bytes are an empty message, and a rest may be fields that are unknown here.
  tells: { trailing: false, truncated: false },
});

describe('ProtobufCodec with @bufbuild/protobuf', () => {
  it('knows the type of its messages from the schema', () => {
    const codec = new ProtobufCodec(TimestampSchema, bufbuild);
    const message: Timestamp = codec.decode(codec.encode(create(TimestampSchema, { seconds: 7n, nanos: 5 })));
    expect(message).toMatchObject({ seconds: 7n, nanos: 5 });
    // @ts-expect-error -- a field that the message does not have
    expect(message.minutes).toBeUndefined();
  });

  it('says which type a message should have had', () => {
    const codec = new ProtobufCodec(StructSchema, { toBinary, fromBinary }) as CasCodec;
    expect(() => codec.encode(create(TimestampSchema), CONTEXT)).toThrow('no message of type google.protobuf.Struct');
  });

  it('takes a schema without a type, whose type the caller states', () => {
    const codec = new ProtobufCodec<Timestamp>(TimestampSchema as DescMessage, { toBinary, fromBinary });
    expect(codec.decode(codec.encode(create(TimestampSchema, { nanos: 5 }))).nanos).toBe(5);
  });

  it('copies fields of bytes', () => {
    const codec = new ProtobufCodec(AnySchema, { toBinary, fromBinary });
    const bytes = Buffer.from(codec.encode(create(AnySchema, { typeUrl: 't', value: Uint8Array.of(1, 2, 3) })));
    const message = codec.decode(bytes);
    bytes.fill(9);
    expect([...message.value]).toEqual([1, 2, 3]);
  });

  it('takes __proto__ as the key of a map for data', () => {
    const codec = new ProtobufCodec(StructSchema, { toBinary, fromBinary });
    const message = struct({});
    Object.defineProperty(message.fields, '__proto__', {
      value: struct({ a: '1' }).fields['a'],
      enumerable: true,
      configurable: true,
      writable: true,
    });
    const { fields } = codec.decode(codec.encode(message));
    expect(Object.keys(fields)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(fields)).toBe(Object.getPrototypeOf(message.fields));
  });

  it('refuses messages in each other without end', () => {
    let bytes: Buffer = Buffer.alloc(0);
    const field = (tag: number, body: Buffer): Buffer => {
      const size: number[] = [];
      for (let rest = body.length; ; rest >>>= 7) {
        size.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Buffer.concat([Buffer.of(tag, ...size), body]);
    };
    // Struct { fields: map entry { value: Value { struct_value: Struct … } } }
    for (let i = 0; i < 2000; i++) bytes = field(0x0a, field(0x12, field(0x2a, bytes)));
    expect(outcome(new ProtobufCodec(StructSchema, { toBinary, fromBinary }) as CasCodec, bytes, CONTEXT)).toBe(
      'refused',
    );
  });

  it.each([
    ['no schema', {}, { toBinary, fromBinary }],
    ['only one function', StructSchema, { toBinary }],
    ['no functions', StructSchema, {}],
    ['no second argument', StructSchema, undefined],
  ])('is refused at construction with %s, saying how it is made', (_, schema, functions) => {
    const construct = () => new ProtobufCodec(schema, functions as never);
    expect(construct).toThrow(CasConfigError);
    expect(construct).toThrow('new ProtobufCodec(UserSchema, { toBinary, fromBinary })');
  });
});
