import { CopiedGraph } from './object-graph-copy.js';
import type { CopiersOfTypes } from './object-graph-copy.js';

/**
 * A copy that shares nothing mutable with `value`: what a fill keeps and what a hit hands out.
 *
 * Kept: plain objects and class instances with their prototype (no constructor runs), arrays with their holes, Date,
 * Map, Set, RegExp, Error, typed arrays and Buffers, ArrayBuffer, DataView, URL; symbol keys; an own `__proto__` key;
 * cycles, and objects that are reached twice.
 *
 * Changed: an own accessor becomes the value that it gives now; each view gets a buffer of its own with its own bytes
 * only; nothing is frozen or sealed. Left out: properties that are not enumerable (an Error keeps its own), and names
 * put on a plain array, Date, Map, Set or RegExp (a subclass keeps its own).
 *
 * Not for values that were not inspected (`Inspection`): functions, and what has no readable state (promises, weak
 * collections, platform objects such as Blob), would be shared, and an instance with `#fields` broken in the copy.
 *
 * @param copiers copy the instances of classes whose state is more than their properties
 */
export function deepCopy<T>(value: T, copiers?: CopiersOfTypes): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return new CopiedGraph(copiers).copyOf(value);
  // Most cached values are flat: one spread, and a look for what it still shares.
  const copy = { ...value };
  return isFlat(copy) ? copy : new CopiedGraph(copiers).copyOf(value, copy);
}

function isFlat(copy: object): boolean {
  for (const key in copy) {
    const held = (copy as Record<string, unknown>)[key];
    if (typeof held === 'object' && held !== null) return false;
  }
  return Object.getOwnPropertySymbols(copy).length === 0;
}
