import type { CasCacheService } from '../../core/cas-cache.js';
import type { LoadContext } from '../../core/loading/load-context.js';
import { CasConfigError } from '../../errors.js';
import { CACHED } from './cas-cached.options.js';
import type { CasCachedOptions } from './cas-cached.options.js';
import { declareBinding } from './binding.js';
import { callThroughCache } from './call-through-cache.js';
import { addDecorated, checkCachedOnce } from './decorated-methods.js';
import type { CachedMethod, InstanceOption, KeyFunction } from './decorated-methods.js';
import { decorationSite } from './decoration-site.js';
import type {
  Accepts,
  AcceptsInstance,
  AcceptsResult,
  AnyFunction,
  AnyMethodType,
  IsAsync,
  NotOnClasses,
  KeyMismatch,
  UnlessMismatch,
  WhenMismatch,
} from './decorator-types.js';
import { checkDeclaredTypes, declaredTypes } from './declared-types.js';
import { argumentsChanged, keyOfCall } from './default-key.js';
import { checkDecoratorOptions, readOptionsOf } from './read-options.js';

/** A name is for the eye, and stands in every key. Characters. */
const LONGEST_NAME = 100;

/**
 * Serves the calls of an async method from the cache: what it returned before for the same key, unless that was
 * invalidated. `undefined` is returned, but not cached; `null` is cached. Works on any class that Nest provides; on an
 * instance made with `new`, the method just runs.
 *
 * @throws CasConfigError, CasTtlError, CasKeyError at decoration: on what is no instance method, and for options that
 *   cannot be meant
 */
export function CasCached<
  K extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
  I extends InstanceOption = InstanceOption,
>(
  options: CasCachedOptions<K, W, U, I> = {},
): {
  <T extends object, M extends AnyMethodType>(
    target: T,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M> &
      IsAsync<M> &
      Accepts<K, M, T, KeyMismatch<M>> &
      Accepts<W, M, T, WhenMismatch<M>> &
      AcceptsResult<U, M, T, UnlessMismatch<M>> &
      AcceptsInstance<I, T>,
  ): void;
  (type: NotOnClasses): void;
} {
  return (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) =>
    decorate(options, target, name, descriptor);
}

function decorate(
  options: CasCachedOptions,
  target: object,
  member: string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
): void {
  const { prototype, name, method, label, replace } = decorationSite('@CasCached', target, member, descriptor);
  checkDecoratorOptions(`@CasCached on ${label}`, label, options, CACHED);
  const loadOptions = readOptionsOf(options, label);
  checkDefaultKeyOptions(label, name, options);
  checkCachedOnce('@CasCached', label, prototype, name);
  const cached: CachedMethod = {
    kind: 'cached',
    owner: prototype,
    name,
    length: method.length,
    namespace: options.namespace,
    binding: declareBinding(prototype, options.namespace),
    key: options.key as KeyFunction | undefined,
    keyName: options.keyName,
    instance: options.instance,
    types: options.key === undefined ? declaredTypes(prototype, name) : undefined,
    prefixes: new WeakMap(),
  };
  addDecorated(cached);
  const { when, unless } = options;

  function readThrough(cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    if (cached.types !== undefined) checkDeclaredTypes(cached, cache, args);
    const key = keyOfCall(cached, self, args);
    return cache.quickHit(key, loadOptions) ?? loadThrough(cache, self, args, key);
  }

  function loadThrough(cache: CasCacheService, self: object, args: unknown[], key: string): Promise<unknown> {
    const load = (context: LoadContext): unknown => {
      if (argumentsChanged(cached, key, args)) leaveOut(context, cache);
      return unless === undefined ? method.apply(self, args) : runUnless(context, self, args);
    };
    return cache.getOrLoad(key, load, loadOptions);
  }

  /** The method runs after the call, where stores have to be asked first: it would answer for other arguments. */
  function leaveOut(context: LoadContext, cache: CasCacheService): void {
    context.skip();
    cache.warn(
      `arguments of ${label}`,
      `${label}: an object among its arguments was changed between the call and the load, so what it answers is not cached. Pass an object of its own to each call.`,
    );
  }

  /** The condition wants the arguments, which only the call knows; so a hit pays nothing for it. */
  async function runUnless(context: LoadContext, self: object, args: unknown[]): Promise<unknown> {
    const result: unknown = await method.apply(self, args);
    if (result !== undefined && unless?.call(self, result, ...args) === true) context.skip();
    return result;
  }

  replace(callThroughCache(method, cached, readThrough, when));
}

function checkDefaultKeyOptions(label: string, name: string | symbol, options: CasCachedOptions): void {
  const { key, keyName, instance } = options;
  const refuse = (why: string): never => {
    throw new CasConfigError(`@CasCached on ${label}: ${why}`);
  };
  if (key === undefined && typeof name === 'symbol') {
    refuse('a method named by a symbol has no default key; give `key`.');
  }
  if (keyName !== undefined) {
    if (key !== undefined) refuse('keyName is about default keys; a key function answers the whole key.');
    const isName: boolean = typeof keyName === 'string' && keyName !== '' && keyName.length <= LONGEST_NAME;
    if (!isName) refuse(`keyName is a text of 1 to ${LONGEST_NAME} characters.`);
  }
  if (instance === undefined) return;
  if (key !== undefined) refuse('instance is about default keys; in a key function, `this` is the instance.');
  if (instance !== 'shared' && typeof instance !== 'function') {
    refuse("instance is a function that answers what tells the instances apart, or 'shared' if nothing does.");
  }
}
