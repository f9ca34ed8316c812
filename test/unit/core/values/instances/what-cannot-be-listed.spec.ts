import { describe, expect, it } from '@jest/globals';

import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { CasConfigError } from '../../../../../lib/errors.js';

class User {
  readonly name = 'a';
}
class Other {
  readonly name = 'b';
}
class Secret {
  #text = 'a';
  read(): string {
    return this.#text;
  }
}
const type = { class: User, encode: String, decode: () => new User() };

describe('what cannot be listed', () => {
  it.each<[string, object, RegExp]>([
    ['what is no class', { classes: { User: new User() } }, /classes\.User is not a class: pass the class itself/],
    ['nothing', { classes: { User: undefined } }, /classes\.User is not a class/],
    ['a class of the platform', { classes: { Date } }, /classes\.Date is a class of the platform/],
    ['#private fields', { classes: { Secret } }, /classes\.Secret has #private fields.*in types/],
    ['one class twice', { classes: { A: User, B: User } }, /classes\.B is there twice/],
    ['one name twice', { classes: { User: Other }, types: { User: type } }, /types\.User is there twice/],
    [
      'a type without decode',
      { types: { User: { class: User, encode: String } } },
      /types\.User is not \{ class, encode, decode \}/,
    ],
    ['a type without a class', { types: { User: { ...type, class: {} } } }, /types\.User is not a class/],
    ['an empty name', { classes: { '': User } }, /needs a name/],
    ['another classLoss', { classLoss: 'drop' }, /classLoss of namespace "user": give 'plain' or 'refuse'/],
  ])('%s', (_name, options, said) => {
    const resolve = (): unknown =>
      resolveNamespaceOptions({ namespace: 'user', ...options } as CasCacheNamespaceOptions);
    expect(resolve).toThrow(CasConfigError);
    expect(resolve).toThrow(said);
  });

  it('a namespace adds to the classes of the defaults', () => {
    const { classes, types } = resolveNamespaceOptions(
      { namespace: 'user', classes: { User } },
      { classes: { A: Other }, types: { T: { ...type, class: Secret } } },
    );
    expect([Object.keys(classes ?? {}), Object.keys(types ?? {})]).toEqual([['A', 'User'], ['T']]);
  });
});
