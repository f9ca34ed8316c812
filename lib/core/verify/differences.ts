import { isDeepStrictEqual } from 'node:util';

/** So many paths are named; the others are counted by no more than that there are some. */
const MOST_PATHS = 10;
/** Beyond this depth two values are compared as a whole. */
const MOST_DEPTH = 64;
const NAME = /^[A-Za-z_$][\w$]{0,40}$/;

/**
 * Where two values differ, by what they consist of: the order of an object's keys, a property that is `undefined`, and
 * the class of an object make no difference. A path has names of properties and places in lists, and no value: what is
 * no name of a property in a program, such as an id or an address, stands as `[…]`.
 *
 * @returns at most ten paths, in which `$` is the value itself. Empty: there is no difference
 */
export function differences(one: unknown, other: unknown): readonly string[] {
  const found = new Set<string>();
  compare(one, other, { path: '$', depth: 0, found, met: new Map() });
  return [...found];
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly found: Set<string>;
  /** What each object was compared with on the way: one that comes again is not compared anew. */
  readonly met: Map<object, Set<object>>;
}

function compare(one: unknown, other: unknown, place: Place): void {
  if (place.found.size >= MOST_PATHS) return;
  if (one === other || (Number.isNaN(one) && Number.isNaN(other))) return;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return differs(place);
  const known = place.met.get(one) ?? new Set();
  if (known.has(other)) return;
  place.met.set(one, known.add(other));
  if (place.depth >= MOST_DEPTH) return isDeepStrictEqual(one, other) ? undefined : differs(place);
  const kind = kindOf(one);
  if (kind !== kindOf(other)) return differs(place);
  BY_KIND[kind](one as never, other as never, place);
}

type Kind = 'date' | 'bytes' | 'map' | 'set' | 'list' | 'record';

function kindOf(value: object): Kind {
  if (value instanceof Date) return 'date';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'bytes';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  return Array.isArray(value) ? 'list' : 'record';
}

const BY_KIND = {
  date: (one: Date, other: Date, place: Place): void => {
    if (!Object.is(one.getTime(), other.getTime())) differs(place);
  },
  bytes: (one: ArrayBufferView | ArrayBuffer, other: ArrayBufferView | ArrayBuffer, place: Place): void => {
    if (!bytesOf(one).equals(bytesOf(other))) differs(place);
  },
  map: (one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>, place: Place): void => {
    if (one.size !== other.size) return differs(place);
    const rest = [...other];
    for (const [key, value] of one) {
      const at = rest.findIndex(([its]) => isSame(key, its));
      if (at === -1) return differs(place);
      const [[, its]] = rest.splice(at, 1) as [[unknown, unknown]];
      compare(value, its, within(place, typeof key === 'string' ? key : ''));
    }
  },
  set: (one: ReadonlySet<unknown>, other: ReadonlySet<unknown>, place: Place): void => {
    const rest = [...other];
    for (const member of one) {
      const at = other.has(member) ? rest.indexOf(member) : rest.findIndex((its) => isSame(member, its));
      if (at === -1) return differs(place);
      rest.splice(at, 1);
    }
    if (rest.length > 0) differs(place);
  },
  list: (one: readonly unknown[], other: readonly unknown[], place: Place): void => {
    if (one.length !== other.length) return differs(within(place, 'length'));
    one.forEach((member, i) =>
      compare(member, other[i], { ...place, path: `${place.path}[${i}]`, depth: place.depth + 1 }),
    );
  },
  record: (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>, place: Place): void => {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      compare(one[key], other[key], within(place, key));
    }
  },
} as const satisfies Record<Kind, (one: never, other: never, place: Place) => void>;

function isSame(one: unknown, other: unknown): boolean {
  return one === other || differences(one, other).length === 0;
}

function bytesOf(value: ArrayBufferView | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value);
}

function within(place: Place, key: string): Place {
  const path = NAME.test(key) ? `${place.path}.${key}` : `${place.path}[…]`;
  return { ...place, path, depth: place.depth + 1 };
}

function differs({ path, found }: Place): void {
  if (found.size < MOST_PATHS) found.add(path);
}
