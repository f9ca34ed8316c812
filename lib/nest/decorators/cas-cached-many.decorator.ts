import type { CasCacheService } from '../../core/cas-cache.js';
import { CasConfigError } from '../../errors.js';
import { declareBinding } from './binding.js';
import { callThroughCache } from './call-through-cache.js';
import { CACHED_MANY } from './cas-cached-many.options.js';
import type { CasCachedManyOptions } from './cas-cached-many.options.js';
import type { KeyList } from './cas-invalidate.options.js';
import { addDecorated, checkCachedOnce, tagOptionsOf } from './decorated-methods.js';
import type { CachedManyMethod } from './decorated-methods.js';
import { decorationSite } from './decoration-site.js';
import type {
  Accepts,
  AcceptsRow,
  AnyFunction,
  AnyMethodType,
  IsAsync,
  NotOnClasses,
  KeyOfMismatch,
  KeysMismatch,
  OfRows,
  TagList,
  TagsFromRowMismatch,
  TagsMismatch,
  UnlessRowMismatch,
  WhenMismatch,
} from './decorator-types.js';
import { checkDecoratorOptions, readOptionsOf } from './read-options.js';
import { RowCall } from './row-call.js';
import { RowMethod } from './row-method.js';

/**
 * Serves the rows of an async method that takes an array of ids, as its first argument, and returns an array of rows:
 * each row from the cache, unless it was invalidated. The method is called for the ids of those that are missing, at
 * once, with its other arguments unchanged. For no ids it is not called.
 *
 * The answer has the rows in the order of the ids, once each, without those that were not found: whatever order the
 * method returns them in. Rows that cannot be told apart by `keyOf` are returned as the method gave them, after those
 * that were cached; they are not cached, and a warning says so once.
 *
 * A call rejects with `CasConfigError` when its first argument is no array or `keys` does not answer one key for each
 * id, and with `CasValueError` when the method answers no array. On an instance made with `new`, the method just runs.
 *
 * @throws CasConfigError, CasTtlError, CasKeyError at decoration: on what is no instance method, and for options that
 *   cannot be meant
 */
export function CasCachedMany<
  K extends AnyFunction<KeyList>,
  F extends AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
  G extends AnyFunction<TagList> = AnyFunction<TagList>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
>(
  options: CasCachedManyOptions<K, F, W, U, G, H>,
): {
  <T extends object, M extends AnyMethodType>(
    target: T,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M> &
      IsAsync<M> &
      OfRows<M> &
      Accepts<K, M, T, KeysMismatch<M>> &
      AcceptsRow<F, M, T, KeyOfMismatch<M>> &
      Accepts<W, M, T, WhenMismatch<M>> &
      AcceptsRow<U, M, T, UnlessRowMismatch<M>> &
      Accepts<G, M, T, TagsMismatch<M>> &
      AcceptsRow<H, M, T, TagsFromRowMismatch<M>>,
  ): void;
  (type: NotOnClasses): void;
} {
  return (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) =>
    decorate(options, target, name, descriptor);
}

function decorate(
  options: CasCachedManyOptions,
  target: object,
  member: string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
): void {
  const { prototype, name, method, label, replace } = decorationSite('@CasCachedMany', target, member, descriptor);
  checkManyOptions(label, options);
  const { chunk, when } = options;
  // Without `missing`: of rows that cannot be told apart, the cache would believe that there are none.
  const loadOptions = Object.freeze({ ...readOptionsOf(options, label), ...(chunk === undefined ? {} : { chunk }) });
  checkCachedOnce('@CasCachedMany', label, prototype, name);
  const decorated: CachedManyMethod = {
    kind: 'cached-many',
    owner: prototype,
    name,
    length: method.length,
    namespace: options.namespace,
    binding: declareBinding(prototype, options.namespace),
    tagOptions: tagOptionsOf(options),
  };
  addDecorated(decorated);
  const rowMethod = new RowMethod(decorated, method, options);

  function readThrough(cache: CasCacheService, self: object, given: unknown[]): Promise<readonly unknown[]> {
    return new RowCall(rowMethod, cache, self, rowMethod.argumentsOf(given)).read(loadOptions);
  }

  replace(callThroughCache(method, decorated, readThrough, when));
}

function checkManyOptions(label: string, options: CasCachedManyOptions): void {
  const refuse = (why: string): never => {
    throw new CasConfigError(`@CasCachedMany on ${label}: ${why}`);
  };
  // Plain JavaScript may leave out what the compiler asks for.
  const { keys, keyOf }: Partial<CasCachedManyOptions> = options ?? {};
  if (keys === undefined) refuse('give keys, which answers the keys of the ids.');
  if (keyOf === undefined) refuse('give keyOf, which answers the key of a row.');
  checkDecoratorOptions(`@CasCachedMany on ${label}`, label, options, CACHED_MANY);
}
