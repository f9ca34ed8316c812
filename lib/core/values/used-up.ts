import { types } from 'node:util';

import type { ClassBook } from './class-facts.js';
import { refusalOf } from './refusal.js';
import type { Refusal } from './refusal.js';

/** So many properties are looked at: where values are handed out as they are, a fill must not cost a copy. */
const LOOKS = 10_000;

interface Found {
  readonly object: object;
  readonly path: readonly PropertyKey[];
}

/**
 * The first thing in a value that one reader uses up: two must not be handed the same stream, iterator, Observable or
 * Response, whatever the isolation. No getter is called, and proxies are left alone.
 */
export function findUsedUp(value: unknown, book: ClassBook): Refusal | undefined {
  const seen = new Set<unknown>();
  const open: Found[] = [];
  let looks = LOOKS;
  const meet = (held: unknown, path: readonly PropertyKey[]): void => {
    if (typeof held !== 'object' || held === null || seen.has(held) || types.isProxy(held)) return;
    seen.add(held);
    open.push({ object: held, path });
  };
  meet(value, []);
  for (let at = 0; at < open.length && looks > 0; at++) {
    const { object, path } = open[at] as Found;
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) {
      const { usedUp } = book.of(prototype);
      if (usedUp !== undefined) return refusalOf(usedUp, path, 'used-up');
    }
    // Their bytes are properties too.
    if (ArrayBuffer.isView(object)) continue;
    for (const [key, held] of membersOf(object)) {
      if (looks-- <= 0) return undefined;
      meet(held, [...path, key]);
    }
  }
  return undefined;
}

function* membersOf(object: object): Generator<readonly [PropertyKey, unknown]> {
  if (types.isMap(object)) {
    let at = 0;
    for (const [key, held] of Map.prototype.entries.call(object)) {
      yield [at, key];
      yield [at++, held];
    }
  } else if (types.isSet(object)) {
    let at = 0;
    for (const held of Set.prototype.values.call(object)) yield [at++, held];
  }
  if (Array.isArray(object)) {
    for (let at = 0; at < object.length; at++) yield [at, Object.getOwnPropertyDescriptor(object, at)?.value];
    return;
  }
  for (const key in object) {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property !== undefined) yield [key, property.value];
  }
}
