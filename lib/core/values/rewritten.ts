import { types } from 'node:util';

/** What takes the place of an object. The members of `fill`, where there is one, are looked at next. */
export interface Stand {
  readonly stand: object;
  readonly fill?: object | undefined;
}

type Properties = Record<PropertyKey, unknown>;

/**
 * The value, in which every object was given to `standFor` once and what that answered took its place, in place. An
 * object that is reached twice is replaced by one and the same; cycles are allowed.
 */
export function rewritten(value: unknown, standFor: (object: object) => Stand): unknown {
  const stands = new Map<object, object>();
  const open: object[] = [];
  const place = (held: unknown): unknown => {
    if (typeof held !== 'object' || held === null) return held;
    const known = stands.get(held);
    if (known !== undefined) return known;
    const { stand, fill } = standFor(held);
    stands.set(held, stand);
    if (fill !== undefined) open.push(fill);
    return stand;
  };
  const root = place(value);
  for (let object = open.pop(); object !== undefined; object = open.pop()) replaceMembers(object, place);
  return root;
}

function replaceMembers(object: object, place: (held: unknown) => unknown): void {
  if (ArrayBuffer.isView(object)) return;
  if (Array.isArray(object)) {
    for (let at = 0; at < object.length; at++) {
      if (typeof object[at] === 'object' && object[at] !== null) object[at] = place(object[at]);
    }
    return;
  }
  if (types.isMap(object)) {
    const entries: [unknown, unknown][] = [];
    Map.prototype.forEach.call(object, (held: unknown, key: unknown) => void entries.push([place(key), place(held)]));
    Map.prototype.clear.call(object);
    for (const [key, held] of entries) Map.prototype.set.call(object, key, held);
  } else if (types.isSet(object)) {
    const members: unknown[] = [];
    Set.prototype.forEach.call(object, (held: unknown) => void members.push(place(held)));
    Set.prototype.clear.call(object);
    for (const held of members) Set.prototype.add.call(object, held);
  }
  replaceProperties(object, types.isNativeError(object) ? ownNamesOf(object) : Object.keys(object), place);
}

/** They are its own and writable, as in any copy and in whatever a codec has made: no setter runs. */
function replaceProperties(object: object, names: readonly string[], place: (held: unknown) => unknown): void {
  for (const name of names) {
    const held = (object as Properties)[name];
    if (typeof held === 'object' && held !== null) (object as Properties)[name] = place(held);
  }
}

/** An error enumerates neither its cause nor its errors; its stack, which may be an accessor, is a text. */
function ownNamesOf(error: Error): string[] {
  return Object.getOwnPropertyNames(error).filter((name) => name !== 'stack');
}
