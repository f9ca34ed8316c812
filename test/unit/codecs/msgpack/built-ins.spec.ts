import { runInNewContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';

function roundTrip<T>(value: T): T {
  const codec = new MsgpackCodec<T>();
  return codec.decode(codec.encode(value));
}

describe('MsgpackCodec and built-ins', () => {
  it('gives back an invalid date as an invalid date', () => {
    const date = roundTrip(new Date(Number.NaN));
    expect(date).toBeInstanceOf(Date);
    expect(date.getTime()).toBeNaN();
  });

  it('defines an own __proto__ and leaves the prototype of the object alone', () => {
    const value = roundTrip(JSON.parse('{"__proto__":{"admin":true}}') as object);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('admin' in value).toBe(false);
  });

  it('gives a Buffer back as a Buffer and a Uint8Array as a Uint8Array', () => {
    const { buffer, bytes } = roundTrip({ buffer: Buffer.of(1, 2), bytes: Uint8Array.of(1, 2) });
    expect(Buffer.isBuffer(buffer)).toBe(true);
    expect(Buffer.isBuffer(bytes)).toBe(false);
    expect(bytes).toBeInstanceOf(Uint8Array);
  });

  it('knows built-ins of another realm for what they are', () => {
    const foreign = runInNewContext(
      `({ date: new Date(7), map: new Map([[1, 2]]), set: new Set([1]), list: [1], re: /x/g, error: new TypeError('t') })`,
    ) as Record<string, unknown>;
    const value = roundTrip(foreign);
    expect(value).toEqual({
      date: new Date(7),
      map: new Map([[1, 2]]),
      set: new Set([1]),
      list: [1],
      re: /x/g,
      error: expect.objectContaining({ name: 'TypeError', message: 't' }) as unknown,
    });
    expect(value['error']).toBeInstanceOf(Error);
  });
});

describe('MsgpackCodec and errors', () => {
  class NotFound extends RangeError {
    override readonly name = 'NotFound';
    readonly status = 404;
  }

  it('gives a subclass back as its built-in, with name, message and properties', () => {
    const error = roundTrip<Error>(new NotFound('no user'));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).not.toBeInstanceOf(NotFound);
    expect(error.name).toBe('NotFound');
    expect(error.message).toBe('no user');
    expect((error as NotFound).status).toBe(404);
    expect(Object.keys(error)).toEqual(['status']);
  });

  it('drops the stack: it says what the error is, and no frames', () => {
    expect(roundTrip(new TypeError('x')).stack).toBe('TypeError: x');
  });

  it('does not invent a cause or a message', () => {
    const error = roundTrip(new Error());
    expect(Object.getOwnPropertyNames(error)).toEqual(['stack']);
  });

  it('carries a DOMException by name and message', () => {
    const error = roundTrip<Error>(new DOMException('stopped', 'AbortError'));
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, message: error.message }).toEqual({ name: 'AbortError', message: 'stopped' });
  });
});
