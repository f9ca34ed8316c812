import type { CasCodec } from '../contracts/codec.js';
import { CasConfigError } from '../errors.js';
import { CodecProblem, decodeFailure, encodeFailure } from './failures.js';

/** A message type of protobufjs: reflected (`root.lookupType('User')`) or generated (`User`). */
export interface ProtobufjsType<V> {
  encode(message: never): { finish(): Uint8Array };
  decode(bytes: Uint8Array): V;
  verify(message: never): string | null;
}

/** A generated schema of @bufbuild/protobuf 2, which knows the type of its message. */
export type BufbuildSchema<V> = { readonly $codegenv2: { readonly a: V } } | { readonly $codegenv1: { readonly a: V } };

/** The two functions of `@bufbuild/protobuf` that are needed; the module itself has them too. */
export interface BufbuildFunctions {
  toBinary(schema: never, message: never): Uint8Array;
  fromBinary(schema: never, bytes: Uint8Array): unknown;
}

const ADVICE = 'Cache messages of the type that the ProtobufCodec was made with.';

/**
 * Protocol Buffers, with the library that the application has. This file loads neither.
 *
 * ```ts
 * new ProtobufCodec(User)                                    // protobufjs
 * new ProtobufCodec(UserSchema, { toBinary, fromBinary })    // @bufbuild/protobuf
 * ```
 *
 * What comes back is what the library decodes to: an instance of protobufjs' class, a message of bufbuild. Lost: fields
 * that the schema does not have, and presence where proto3 has none. Refused: whatever is no such message, null too.
 *
 * Protocol Buffers do not say what they are. Bytes of another codec are often undecodable, but may as well be a message
 * full of unknown fields: a namespace has one codec and one message type.
 */
export class ProtobufCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean = true;
  private readonly library: Library;

  /** @throws CasConfigError when the type is none, or the functions for a schema are missing */
  constructor(type: ProtobufjsType<V>);
  constructor(type: ProtobufjsType<object>);
  constructor(schema: BufbuildSchema<V>, functions: BufbuildFunctions);
  constructor(schema: object, functions: BufbuildFunctions);
  constructor(type: object, functions?: BufbuildFunctions) {
    this.library = functions === undefined ? protobufjs(type) : bufbuild(type, functions);
  }

  /** @throws CasEncodeError */
  encode(value: V): Uint8Array {
    try {
      return this.library.encode(value);
    } catch (cause) {
      throw encodeFailure('ProtobufCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): V {
    try {
      // Both libraries give out fields of bytes as views of what they read.
      return this.library.decode(Uint8Array.from(bytes)) as V;
    } catch (cause) {
      throw decodeFailure('ProtobufCodec', cause);
    }
  }
}

interface Library {
  encode(message: unknown): Uint8Array;
  decode(copy: Uint8Array<ArrayBuffer>): unknown;
}

function protobufjs(type: object): Library {
  const { encode, decode, verify } = type as Partial<ProtobufjsType<unknown>>;
  if (typeof encode !== 'function' || typeof decode !== 'function' || typeof verify !== 'function') {
    throw new CasConfigError(
      'ProtobufCodec: the argument is no message type of protobufjs (encode, decode, verify). ' +
        'For @bufbuild/protobuf: new ProtobufCodec(UserSchema, { toBinary, fromBinary }).',
    );
  }
  return {
    encode(message) {
      const mistake = verify.call(type, message as never);
      if (mistake !== null) throw new CodecProblem(`it does not fit the message type (${mistake})`);
      return encode.call(type, message as never).finish();
    },
    // Its fields of bytes are Buffers when they come from one.
    decode: (copy) => decode.call(type, Buffer.from(copy.buffer)),
  };
}

function bufbuild(schema: object, { toBinary, fromBinary }: Partial<BufbuildFunctions>): Library {
  const { typeName } = schema as { readonly typeName?: unknown };
  if (typeof typeName !== 'string' || typeof toBinary !== 'function' || typeof fromBinary !== 'function') {
    throw new CasConfigError(
      'ProtobufCodec: for @bufbuild/protobuf give it a schema and the functions of the library: ' +
        'new ProtobufCodec(UserSchema, { toBinary, fromBinary }).',
    );
  }
  return {
    encode(message) {
      if ((message as { readonly $typeName?: unknown } | null)?.$typeName !== typeName) {
        throw new CodecProblem(`it is no message of type ${typeName}`);
      }
      return toBinary(schema as never, message as never);
    },
    decode: (copy) => fromBinary(schema as never, copy),
  };
}
