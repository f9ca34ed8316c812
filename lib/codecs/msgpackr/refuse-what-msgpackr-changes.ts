import { types } from 'node:util';

import { tagOf } from '../opaque.js';
import { CodecProblem, describePath } from '../failures.js';
import { refuseWhatCborLoses } from '../cbor/refuse-what-cbor-loses.js';
import { MAX_NAMES } from './limits.js';

/**
 * What a library would write as something else is the same for this one and for cbor-x, but for -0, which CBOR has and
 * msgpackr writes as 0, for objects of very many properties, and for built-ins of another realm.
 *
 * @throws CodecProblem
 */
export function refuseWhatMsgpackrChanges(value: unknown): void {
  refuseWhatCborLoses(value);
  refuseOwnLosses(value, []);
}

/** Of a value without cycles, in which objects are not too deep in each other. */
function refuseOwnLosses(value: unknown, path: (string | number)[]): void {
  if (Object.is(value, -0)) refuse('-0', path);
  if (typeof value !== 'object' || value === null) return;
  // It knows built-ins by their class, and writes those of another realm as plain objects.
  if (isForeign(value)) refuse(`a ${tagOf(value)} of another realm`, path);
  if (ArrayBuffer.isView(value)) return;
  if (value instanceof Map) {
    let at = 0;
    for (const [key, held] of value) {
      within(key, at, path);
      within(held, at++, path);
    }
  } else if (value instanceof Set || Array.isArray(value)) {
    let at = 0;
    for (const held of value) within(held, at++, path);
  } else {
    const names = Object.keys(value);
    if (names.length > MAX_NAMES) refuse(`an object of more than ${MAX_NAMES} properties`, path);
    for (const name of names) within((value as Record<string, unknown>)[name], name, path);
  }
}

const TypedArray = Object.getPrototypeOf(Uint8Array) as abstract new () => object;

function isForeign(object: object): boolean {
  if (ArrayBuffer.isView(object)) return !(object instanceof TypedArray);
  return (types.isSet(object) && !(object instanceof Set)) || (types.isDate(object) && !(object instanceof Date));
}

function within(value: unknown, at: string | number, path: (string | number)[]): void {
  path.push(at);
  refuseOwnLosses(value, path);
  path.pop();
}

function refuse(what: string, path: readonly (string | number)[]): never {
  throw new CodecProblem(`${what} at ${describePath(path)}`);
}
