import { isWellFormed } from './assert-key.js';
import { CanonicalText, MAX_CHARACTERS, quote } from './canonical-text.js';

/**
 * A key for any list of data: equal for equal data, different for different data, and readable.
 *
 * | part | in the key |
 * |---|---|
 * | `42`, `-1.5`, `NaN`, `10n` | as in JavaScript; `-0` is `0`, as in a Map |
 * | `'42'` | `'42'`; quotes, backslashes and line breaks are escaped by a backslash |
 * | `true`, `null`, `undefined` | as in JavaScript; an `undefined` counts also as a property and as the last part |
 * | `[1, 'a']` | `[1,'a']`; holes are refused |
 * | `{ b: 1, a: 2 }` | `{a:2,b:1}`: own enumerable properties, sorted by name |
 * | an instance of a class | like a plain object with its properties, so that a DTO and its literal have one key |
 * | a Map, a Set | `Map{'a'=>1}`, `Set{1,2}`: sorted, so the order of insertion does not count |
 * | a Date | `Date(2026-01-31T00:00:00.000Z)`, `Date(invalid)` |
 * | a Buffer, typed array, ArrayBuffer, DataView | `Buffer(00ff)`, `Uint8Array(00ff)`, …: its bytes in hex |
 *
 * Parts are joined by `,`; no part at all is `()`.
 *
 * What may be more than the properties that it shows would get a key that another value has too, so it is refused:
 * functions, symbols and properties named by them, boxed primitives, Promise, RegExp, URL, Error and other built-in
 * objects, arrays, Maps, Sets and Dates that have a named property, instances that have a `toJSON` method (ObjectId,
 * Decimal, moment), and instances that have methods but no property. Fields declared with `#` cannot be seen and do not
 * count.
 *
 * @throws CasKeyError that names the argument and the place in it: for these, for cycles, for lone surrogates, beyond
 * 100 levels and beyond 1,048,576 characters
 */
export function stableKey(...parts: readonly unknown[]): string {
  if (parts.length === 1) {
    const only = parts[0];
    if (typeof only === 'number') return String(only);
    if (typeof only === 'string' && only.length < MAX_CHARACTERS && isWellFormed(only)) return quote(only);
  }
  if (parts.length === 0) return '()';
  const text = new CanonicalText();
  return parts.map((part, i) => text.ofArgument(part, i + 1)).join(',');
}
