import { deepCopy } from './deep-copy.js';
import type { InstanceTable } from './instance-table.js';
import { kindOf } from './object-kind.js';
import { rewritten } from './rewritten.js';

/**
 * In bytes an instance stands as an object with one property, `@` and the name of its class: `{ '@User': { id: 1 } }`.
 * Data of that look is put into another one, under `@` alone.
 */
const MARK = '@';

/** A value for the codec: a copy in which every instance of the table's is marked. @throws what an `encode` throws */
export function markInstances(value: unknown, table: InstanceTable): unknown {
  const shared = { of: (prototype: object) => (table.isType(prototype) ? (instance: object) => instance : undefined) };
  return rewritten(deepCopy(value, shared), (object) => {
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype === Object.prototype || prototype === null) {
      const marks = nameOn(object) !== undefined;
      return { stand: marks ? { [MARK]: object } : object, fill: object };
    }
    const registered = table.of(prototype);
    if (registered === undefined) return { stand: object, fill: object };
    const name = MARK + registered.name;
    if (registered.type !== undefined) {
      return { stand: { [name]: markInstances(registered.type.encode(object), table) } };
    }
    const bare = withoutClass(object);
    return { stand: { [name]: bare }, fill: bare };
  });
}

/**
 * Undoes it, in place, on what the codec gave back. @throws Error for a name that is not in the table; what a `decode`
 * throws
 */
export function reviveInstances(value: unknown, table: InstanceTable): unknown {
  return rewritten(value, (object) => {
    // A codec that gives objects a class may have given it to a mark.
    const isRecord = Object.getPrototypeOf(object) === Object.prototype || kindOf(object) === 'record';
    const name = isRecord ? nameOn(object) : undefined;
    if (name === undefined) return { stand: object, fill: object };
    const held = (object as Readonly<Record<string, unknown>>)[MARK + name];
    if (name === '') return asItWas(held);
    const registered = table.named(name);
    if (registered === undefined) throw new Error('an instance of a class that the namespace does not list');
    if (registered.type !== undefined) {
      return { stand: registered.type.decode(reviveInstances(held, table)) as object };
    }
    const revived = asItWas(held);
    Object.setPrototypeOf(revived.stand, registered.prototype);
    return revived;
  });
}

function asItWas(held: unknown): { readonly stand: object; readonly fill: object } {
  if (typeof held !== 'object' || held === null) throw new Error('a mark without an object');
  return { stand: held, fill: held };
}

/** The name after the mark of an object that has this one property and no other. */
function nameOn(object: object): string | undefined {
  let name: string | undefined;
  for (const key in object) {
    if (name !== undefined || !key.startsWith(MARK)) return undefined;
    name = key.slice(MARK.length);
  }
  return name;
}

/** The object is a copy already. Its class goes, so that no codec calls what it has for codecs, a `toJSON`. */
function withoutClass(object: object): object {
  const kind = kindOf(object);
  if (kind === 'record') return { ...object };
  const plain = PLAIN[kind as keyof typeof PLAIN];
  return plain === undefined ? object : (Object.setPrototypeOf(object, plain) as object);
}

const PLAIN = {
  array: Array.prototype,
  date: Date.prototype,
  map: Map.prototype,
  set: Set.prototype,
  regexp: RegExp.prototype,
  error: Error.prototype,
} as const;
