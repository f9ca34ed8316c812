import type { CasCacheService } from '../../core/cas-cache.js';
import type { LoadContext } from '../../core/loading/load-context.js';
import { withTags } from '../../core/loading/read-settings.js';
import type { LoadOptions } from '../../core/options/load-options.js';
import { listOf } from '../../core/support/input.js';
import { CasConfigError } from '../../errors.js';
import { CACHED } from './cas-cached.options.js';
import type { CasCachedOptions } from './cas-cached.options.js';
import { declareBinding } from './binding.js';
import { callThroughCache } from './call-through-cache.js';
import { addDecorated, checkCachedOnce, tagOptionsOf } from './decorated-methods.js';
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
  TagList,
  TagsFromMismatch,
  TagsMismatch,
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
  G extends AnyFunction<TagList> = AnyFunction<TagList>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
>(
  options: CasCachedOptions<K, W, U, I, G, H> = {},
): {
  <T extends object, M extends AnyMethodType>(
    target: T,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M> &
      IsAsync<M> &
      Accepts<K, M, T, KeyMismatch<M>> &
      Accepts<W, M, T, WhenMismatch<M>> &
      AcceptsResult<U, M, T, UnlessMismatch<M>> &
      AcceptsInstance<I, T> &
      Accepts<G, M, T, TagsMismatch<M>> &
      AcceptsResult<H, M, T, TagsFromMismatch<M>>,
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
    tagOptions: tagOptionsOf(options),
    key: options.key as KeyFunction | undefined,
    keyName: options.keyName,
    instance: options.instance,
    types: options.key === undefined ? declaredTypes(prototype, name) : undefined,
    prefixes: new WeakMap(),
  };
  addDecorated(cached);
  const { when, unless, tags, tagsFrom } = options;
  const looksAtResult = unless !== undefined || tagsFrom !== undefined;

  function readThrough(cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    if (cached.types !== undefined) checkDeclaredTypes(cached, cache, args);
    const key = keyOfCall(cached, self, args);
    if (tags !== undefined) {
      return loadThrough(cache, self, args, key, withTags(loadOptions, tags.apply(self, args) as TagList));
    }
    return cache.quickHit(key, loadOptions) ?? loadThrough(cache, self, args, key, loadOptions);
  }

  function loadThrough(
    cache: CasCacheService,
    self: object,
    args: unknown[],
    key: string,
    reading: LoadOptions,
  ): Promise<unknown> {
    const load = (context: LoadContext): unknown => {
      if (argumentsChanged(cached, key, args)) leaveOut(context, cache);
      return looksAtResult ? runAndLook(context, self, args) : method.apply(self, args);
    };
    return cache.getOrLoad(key, load, reading);
  }

  /** The method runs after the call, where stores have to be asked first: it would answer for other arguments. */
  function leaveOut(context: LoadContext, cache: CasCacheService): void {
    context.skip();
    cache.warn(
      `arguments of ${label}`,
      `${label}: an object among its arguments was changed between the call and the load, so what it answers is not cached. Pass an object of its own to each call.`,
    );
  }

  /** Condition and tags want the arguments, which only the call knows; so a hit pays nothing for them. */
  async function runAndLook(context: LoadContext, self: object, args: unknown[]): Promise<unknown> {
    const result: unknown = await method.apply(self, args);
    if (result === undefined) return result;
    if (unless?.call(self, result, ...args) === true) context.skip();
    else if (tagsFrom !== undefined) context.tag(...listOf(tagsFrom.call(self, result, ...args) as TagList));
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
