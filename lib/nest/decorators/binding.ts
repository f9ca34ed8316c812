import { Inject } from '@nestjs/common';
import { CasCacheService } from '../../core/cas-cache.js';
import { CacheLookup } from '../cache-lookup.js';
import { CAS_CORE } from '../tokens.js';
import { className, ownDecorated } from './decorated-methods.js';
import type { Decorated } from './decorated-methods.js';
import { admitInstance } from './instances-told-apart.js';

/**
 * Declares, for a class with a decorated method, the property into which Nest injects what the method needs: its
 * module's cache or, for a decorator that names its namespace, the way to all of them. One property for each class and
 * token; it is inherited as any other. Nest prints its description when it has nothing to inject.
 */
export function declareBinding(prototype: object, namespace: string | undefined): symbol {
  const named = namespace !== undefined;
  const existing = ownDecorated(prototype).find((method) => (method.namespace !== undefined) === named);
  if (existing !== undefined) return existing.binding;
  const owner = className(prototype) || 'a class';
  const fix = named
    ? `the cache of ${owner}: import CasCacheModule.forRoot() in the root module`
    : `the cache of ${owner}: import CasCacheModule.forFeature('<namespace>') in the module that provides it`;
  const binding = Symbol(fix);
  hide(prototype, binding);
  Inject(named ? CAS_CORE : CasCacheService)(prototype, binding);
  return binding;
}

/** Nest assigns. The setter keeps what it assigns out of copies, comparisons and printed instances. */
function hide(prototype: object, binding: symbol): void {
  Object.defineProperty(prototype, binding, {
    configurable: true,
    get: () => undefined,
    set(this: object, value: unknown) {
      if (isRealCache(value) || value instanceof CacheLookup) admitInstance(this, binding, value);
      setBinding(this, binding, value);
    },
  });
}

/** @throws TypeError for an object that takes no properties */
export function setBinding(instance: object, binding: symbol, value: unknown): void {
  Object.defineProperty(instance, binding, { configurable: true, writable: true, value });
}

export function getBinding(instance: object, binding: symbol): unknown {
  return (instance as Record<symbol, unknown>)[binding];
}

/**
 * The cache that a call on `instance` goes through. `undefined` where there is none or a mock in its place: for a class
 * made with `new`, say. Then the method just runs.
 *
 * @throws CasConfigError for a namespace that no forFeature names
 */
export function cacheOf(instance: unknown, method: Decorated): CasCacheService | Promise<CasCacheService> | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const bound = getBinding(instance, method.binding);
  if (method.namespace === undefined) return isRealCache(bound) ? bound : undefined;
  return bound instanceof CacheLookup ? bound.cacheFor(method.namespace) : undefined;
}

/** A stub made from the prototype passes `instanceof`, but no constructor gave it a namespace. */
export function isRealCache(bound: unknown): bound is CasCacheService {
  return bound instanceof CasCacheService && typeof bound.namespace === 'string';
}
