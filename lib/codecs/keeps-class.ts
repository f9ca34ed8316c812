import type { CasCodec } from '../contracts/codec.js';

/** For a codec around another: whether that one gives instances of the prototype their class back. */
export function keepsClassOf(inner: Pick<CasCodec<never>, 'keepsClasses' | 'keepsClass'>, prototype: object): boolean {
  return inner.keepsClasses === true && (inner.keepsClass === undefined || inner.keepsClass(prototype));
}
