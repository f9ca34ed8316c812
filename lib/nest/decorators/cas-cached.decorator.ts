import type { CasCacheService } from '../../core/cas-cache.js';
import type { LoadOptions } from '../../core/load-options.js';
import { parseTtl } from '../../core/ttl.js';
import type { Ttl } from '../../core/ttl.js';
import { CasConfigError } from '../../errors.js';
import { cacheOf, declareBinding } from './binding.js';
import { addDecorated, ownDecorated } from './decorated-methods.js';
import type { CachedMethod } from './decorated-methods.js';
import { checkOptions, decorationSite, standInFor } from './decoration-site.js';
import type { AnyMethod } from './decoration-site.js';
import type {
  Accepts,
  AcceptsResult,
  AnyFunction,
  AsyncMethod,
  KeyMismatch,
  UnlessMismatch,
  WhenMismatch,
} from './decorator-types.js';
import { keyOfCall } from './default-key.js';

/** `K`, `W` and `U` are inferred, and then checked against the decorated method. */
export interface CasCachedOptions<
  K extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
> {
  /**
   * The key of a call, from its arguments; `this` is the instance. By default class, method and arguments. Keys of your own
   * share the namespace: two methods that answer the same key share the value.
   */
  readonly key?: K | undefined;
  /** The namespace. By default that of the forFeature which the providing module imports. */
  readonly namespace?: string | undefined;
  /** How long values live. By default as long as the namespace's do. */
  readonly ttl?: Ttl | undefined;
  /** `false` for a call that goes past the cache. */
  readonly when?: W | undefined;
  /** `true` for a result (then the arguments) that is not to be cached. */
  readonly unless?: U | undefined;
}

/**
 * Serves the calls of an async method from the cache: what it returned before for the same key, unless that was
 * invalidated. `undefined` is returned, but not cached; `null` is cached. Works on any class that Nest provides; on an
 * instance made with `new`, the method just runs.
 *
 * @throws CasConfigError at decoration, on what is no instance method; CasTtlError, CasKeyError for options out of range
 */
export function CasCached<
  K extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
>(
  options: CasCachedOptions<K, W, U> = {},
): <T extends object, M extends AsyncMethod>(
  target: T,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<M> &
    Accepts<K, M, T, KeyMismatch<M>> &
    Accepts<W, M, T, WhenMismatch<M>> &
    AcceptsResult<U, M, T, UnlessMismatch<M>>,
) => void {
  return (target, name, descriptor) => decorate(options, target, name, descriptor);
}

function decorate(
  options: CasCachedOptions,
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
): void {
  const { prototype, method, label } = decorationSite('@CasCached', target, name, descriptor);
  checkOptions('@CasCached', label, options, ['key', 'when', 'unless']);
  const ttl = options.ttl === undefined ? undefined : parseTtl(options.ttl, `ttl of ${label}`);
  if (options.key === undefined && typeof name === 'symbol') {
    throw new CasConfigError(`@CasCached on ${label}: a method named by a symbol has no default key; give \`key\`.`);
  }
  if (ownDecorated(prototype).some((other) => other.kind === 'cached' && other.name === name)) {
    throw new CasConfigError(`@CasCached on ${label}: it is there twice; keep one.`);
  }
  const cached: CachedMethod = {
    kind: 'cached',
    owner: prototype,
    name,
    length: method.length,
    namespace: options.namespace,
    binding: declareBinding(prototype, options.namespace),
    key: options.key,
    prefixes: new WeakMap(),
  };
  addDecorated(cached);
  const { when, unless } = options;
  const always: LoadOptions<unknown> = { ttl, name: label };

  function readThrough(cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    const load = (): unknown => method.apply(self, args);
    const loadOptions = unless ? { ...always, unless: (value: unknown) => unless.call(self, value, ...args) } : always;
    return cache.getOrLoad(keyOfCall(cached, self, args), load, loadOptions);
  }

  descriptor.value = standInFor(method, function call(this: unknown, ...args: unknown[]): unknown {
    try {
      const cache = cacheOf(this, cached);
      if (cache !== undefined && when?.apply(this, args) !== false) {
        const self = this as object;
        return cache instanceof Promise
          ? cache.then((made) => readThrough(made, self, args))
          : readThrough(cache, self, args);
      }
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return method.apply(this, args) as unknown;
  } satisfies AnyMethod);
}
