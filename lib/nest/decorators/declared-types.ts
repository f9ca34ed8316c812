import type { CasCacheService } from '../../core/cas-cache.js';
import { labelOf } from './decorated-methods.js';
import type { CachedMethod } from './decorated-methods.js';

/** What `typeof` says of a value of a declared type, for the types that have keys of their own. */
const TYPES = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  [BigInt, 'bigint'],
  [Date, 'object'],
]);

/** The caches in which a method's arguments were warned about. A memory, not a fact. */
const warned = new WeakMap<CachedMethod, WeakSet<CasCacheService>>();

/** For each parameter what `typeof` says of its declared type; `undefined` where nothing is known of any. */
export function declaredTypes(prototype: object, name: string | symbol): readonly (string | undefined)[] | undefined {
  const types: unknown = Reflect.getOwnMetadata('design:paramtypes', prototype, name);
  if (!Array.isArray(types)) return undefined;
  const known = types.map((type: unknown) => TYPES.get(type));
  return known.some((type) => type !== undefined) ? known : undefined;
}

/** Warns once of an argument that is not of its declared type: under a default key it is another call. */
export function checkDeclaredTypes(method: CachedMethod, cache: CasCacheService, args: readonly unknown[]): void {
  const { types } = method;
  if (types === undefined) return;
  for (let i = 0; i < types.length; i++) {
    const arg = args[i];
    if (types[i] === undefined || typeof arg === types[i] || arg === undefined || arg === null) continue;
    warnOnce(method, cache, i, typeof arg, types[i] === 'object' ? 'Date' : (types[i] as string));
    return;
  }
}

function warnOnce(method: CachedMethod, cache: CasCacheService, index: number, given: string, declared: string): void {
  const caches = warned.get(method) ?? new WeakSet();
  warned.set(method, caches);
  if (caches.has(cache)) return;
  caches.add(cache);
  cache.warn(
    `declared types of ${labelOf(method)}`,
    `${labelOf(method)}: argument ${index + 1} is a ${given}, and its parameter is declared as ${declared}, as where a route has no pipe. '1' and 1 are two keys: an invalidation of one leaves the other. Convert it before the call, by ParseIntPipe for instance, or give \`key\`.`,
  );
}
