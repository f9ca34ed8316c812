import { describe, expect, it } from '@jest/globals';

import { frozenCopy } from '../../../../../lib/core/values/deep-freeze.js';
import { CasValueError } from '../../../../../lib/errors.js';

function messageOf(value: unknown): string {
  try {
    frozenCopy(value);
  } catch (error) {
    expect(error).toBeInstanceOf(CasValueError);
    return (error as CasValueError).message;
  }
  throw new Error('it was not refused');
}

describe('frozenCopy', () => {
  it.each<[string, unknown]>([
    ['Date', new Date()],
    ['Map', new Map()],
    ['Set', new Set()],
    ['RegExp', /x/],
    ['Uint8Array', Buffer.from('x')],
    ['Float64Array', new Float64Array(1)],
    ['ArrayBuffer', new ArrayBuffer(1)],
    ['DataView', new DataView(new ArrayBuffer(1))],
    ['URL', new URL('https://example.org')],
    ['Promise', Promise.resolve()],
    ['WeakMap', new WeakMap()],
    ['function', () => 1],
  ])('refuses a %s', (name, value) => {
    expect(messageOf({ profile: { held: value } })).toContain(`.profile.held is a ${name},`);
    expect(messageOf(value)).toContain(`the value is a ${name},`);
  });

  it('refuses a subclass of what it refuses', () => {
    expect(messageOf({ registry: new (class Registry extends Map {})() })).toContain('.registry is a Map');
  });

  it('names the path through arrays, symbols and names', () => {
    expect(messageOf({ a: [0, { born: new Date() }] })).toContain('.a[1].born is a Date');
    expect(messageOf({ [Symbol('s')]: new Map() })).toContain('[Symbol(s)] is a Map');
  });

  it('does not show names that may be data', () => {
    for (const name of ['linus@example.org', 'linus'.repeat(13)]) {
      const message = messageOf({ byName: { [name]: new Date() } });
      expect(message).toContain('.byName[…] is a Date');
      expect(message).not.toContain('linus');
    }
  });

  it('does not freeze the function that it refuses', () => {
    const method = (): number => 1;
    messageOf({ method });
    expect(Object.isFrozen(method)).toBe(false);
  });

  it('says what to do instead', () => {
    expect(messageOf(new Date())).toContain("use isolation 'copy'");
  });
});
