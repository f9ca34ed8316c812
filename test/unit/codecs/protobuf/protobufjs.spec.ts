import { describe, expect, it } from '@jest/globals';
import { ProtobufCodec } from 'nestjs-cascache/codecs/protobuf';
import protobuf from 'protobufjs';

import type { CasCodec } from '../../../../lib/contracts/codec.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { describeCodecContract, outcome } from '../../../support/codec-contract.js';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message User {
    uint32 id = 1;
    string name = 2;
    bytes avatar = 3;
    map<string, string> labels = 4;
    repeated User friends = 5;
  }
`);
const User = root.lookupType('User');

interface UserShape {
  id: number;
  name: string;
  avatar: Uint8Array;
  labels: Record<string, string>;
  friends: UserShape[];
}

/** A message that has all its fields, as decoding answers it. */
const user = (fields: Partial<UserShape>): unknown => User.decode(User.encode(User.create(fields)).finish());

describeCodecContract('ProtobufCodec with protobufjs', {
  make: () => new ProtobufCodec(User),
  keepsClasses: true,
  carries: [
    { what: 'a message', make: () => user({ id: 42, name: 'Linus', avatar: Buffer.of(1, 2) }) },
    { what: 'an empty message', make: () => user({}) },
    { what: 'messages in a message', make: () => user({ friends: [user({ id: 1 }) as UserShape] }) },
    { what: 'a map', make: () => user({ labels: { a: '1', constructor: '2' } }) },
    { what: 'a plain object as a message', make: () => ({ id: 7 }), comesBackAs: () => user({ id: 7 }) },
  ],
  refuses: [
    { what: 'null', make: () => null },
    { what: 'undefined', make: () => undefined },
    { what: 'a string', make: () => 'secret' },
    { what: 'a message with a wrong field', make: () => ({ id: 'secret' }) },
    { what: 'a wrong field deeper down', make: () => ({ friends: [{ name: 7 }] }) },
  ],
  tells: { trailing: false, truncated: false },
});

describe('ProtobufCodec with protobufjs', () => {
  it('gives back an instance of the class that the library makes', () => {
    const codec = new ProtobufCodec<UserShape>(User);
    const copy = codec.decode(codec.encode(User.create({ id: 1, name: 'n' }) as never));
    expect(copy).toBeInstanceOf(User.ctor);
    expect(copy.name).toBe('n');
  });

  it('takes a generated class, and its type with it', () => {
    /** What pbjs generates, shortened. */
    class Generated {
      constructor(readonly id = 0) {}
      static encode(message: { id?: number | null }): { finish(): Uint8Array } {
        return User.encode(User.create(message as object));
      }
      static decode(bytes: Uint8Array): Generated {
        return new Generated((User.decode(bytes) as unknown as UserShape).id);
      }
      static verify(message: Record<string, unknown>): string | null {
        return User.verify(message);
      }
    }
    const codec = new ProtobufCodec(Generated);
    const copy: Generated = codec.decode(codec.encode(new Generated(3)));
    expect(copy).toBeInstanceOf(Generated);
    expect(copy.id).toBe(3);
  });

  it('copies fields of bytes', () => {
    const codec = new ProtobufCodec<UserShape>(User);
    const bytes = Buffer.from(codec.encode(user({ avatar: Buffer.of(1, 2, 3) }) as UserShape));
    const { avatar } = codec.decode(bytes);
    bytes.fill(9);
    expect([...avatar]).toEqual([1, 2, 3]);
  });

  it('leaves prototypes alone when __proto__ is the key of a map', () => {
    const codec = new ProtobufCodec<UserShape>(User);
    // labels: { "__proto__": "x" }
    const bytes = Buffer.concat([Buffer.of(0x22, 14, 0x0a, 9), Buffer.from('__proto__'), Buffer.of(0x12, 1, 0x78)]);
    const { labels } = codec.decode(bytes);
    expect(Object.keys(labels)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(labels)).toBe(Object.getPrototypeOf(codec.decode(Buffer.alloc(0)).labels));
  });

  it.each([
    ['a field that is cut', Buffer.of(0x12, 5, 0x61)],
    ['a length beyond the end', Buffer.of(0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a wire type that is none', Buffer.of(0x0f)],
    ['MessagePack', Buffer.of(0x82, 0xa2, 0x69, 0x64, 1, 0xa1, 0x6e, 0xc0)],
  ])('refuses %s', (_, bytes) => {
    expect(outcome(new ProtobufCodec(User) as CasCodec, bytes)).toBe('refused');
  });

  it.each([[{}], [Date], [{ encode: () => 1, decode: () => 1 }]])('refuses what is no message type: %#', (type) => {
    expect(() => new ProtobufCodec(type as never)).toThrow(CasConfigError);
    expect(() => new ProtobufCodec(type as never)).toThrow(/no message type of protobufjs/);
  });
});
