import type { Awaitable } from '../../contracts/awaitable.js';
import type { CasCacheService } from '../../core/cas-cache.js';
import { CasConfigError } from '../../errors.js';
import { declareBinding } from './binding.js';
import { callThroughCache } from './call-through-cache.js';
import { addDecorated, tagOptionsOf } from './decorated-methods.js';
import type { InvalidatingMethod } from './decorated-methods.js';
import { decorationSite } from './decoration-site.js';
import type {
  Accepts,
  AcceptsResult,
  AnyFunction,
  ArgsFunctionMismatch,
  AnyMethodType,
  IsAsync,
  NotOnClasses,
  KeyMismatch,
  KeysFromMismatch,
  KeysMismatch,
  LeadsTo,
  TagList,
  TagsFromMismatch,
  TagsMismatch,
} from './decorator-types.js';
import { INVALIDATE } from './cas-invalidate.options.js';
import type { ArgumentList, CasInvalidateOptions, KeyList } from './cas-invalidate.options.js';
import { checkIntentOptions } from './check-intent-options.js';
import { InvalidatingCall } from './invalidating-call.js';
import { Invalidation } from './invalidation.js';
import type { PendingKeys } from './pending-keys.js';
import { checkDecoratorOptions } from './read-options.js';

/**
 * Invalidates what an async method makes out of date, before its promise resolves: no read that starts later returns
 * the old value. When the method throws, `key`, `keys` and `of` are invalidated too, as it may have written before
 * that, and its error is thrown. On an instance made with `new`, the method just runs.
 *
 * In a transaction (`runInCasTransaction`) they are invalidated when that has ended. With `intent`, the method is one,
 * and the keys are closed to readers while it runs.
 *
 * @throws CasConfigError at decoration: on what is no instance method, and without any key
 */
export function CasInvalidate<
  K extends AnyFunction<Awaitable<string>> = AnyFunction<Awaitable<string>>,
  L extends AnyFunction<Awaitable<KeyList>> = AnyFunction<Awaitable<KeyList>>,
  R extends AnyFunction<KeyList> = AnyFunction<KeyList>,
  O extends string = never,
  S = unknown,
  // eslint-disable-next-line typescript/no-explicit-any -- any parameters
  P extends any[] = any[],
  A extends ArgumentList = never,
  G extends AnyFunction<Awaitable<TagList>> = AnyFunction<Awaitable<TagList>>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
>(
  options: CasInvalidateOptions<K, L, R, O, (this: S, ...args: P) => A, G, H>,
): {
  <T extends object, M extends AnyMethodType>(
    target: T,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M> &
      IsAsync<M> &
      Accepts<K, M, T, KeyMismatch<M>> &
      Accepts<L, M, T, KeysMismatch<M>> &
      AcceptsResult<R, M, T, KeysFromMismatch<M>> &
      Accepts<G, M, T, TagsMismatch<M>> &
      AcceptsResult<H, M, T, TagsFromMismatch<M>> &
      Accepts<(this: S, ...args: P) => A, M, T, ArgsFunctionMismatch<M>> &
      LeadsTo<O, A, M, T>,
  ): void;
  (type: NotOnClasses): void;
} {
  return (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) =>
    decorate(options as CasInvalidateOptions, target, name, descriptor);
}

function decorate(
  options: CasInvalidateOptions,
  target: object,
  member: string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
): void {
  const { prototype, name, method, label, replace } = decorationSite('@CasInvalidate', target, member, descriptor);
  checkInvalidateOptions(label, options);
  const decorated: InvalidatingMethod = {
    kind: 'invalidating',
    owner: prototype,
    name,
    length: method.length,
    namespace: options.namespace,
    binding: declareBinding(prototype, options.namespace),
    tagOptions: tagOptionsOf(options),
    of: options.of,
    hasArgs: options.args !== undefined,
    intent: Boolean(options.intent),
  };
  addDecorated(decorated);
  const invalidation = new Invalidation(options, decorated);
  const intent = options.intent === true ? {} : options.intent;

  function runAndInvalidate(cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    const before = invalidation.before(cache, self, args);
    return before instanceof Promise
      ? before.then((pending) => run(pending, cache, self, args))
      : run(before, cache, self, args);
  }

  function run(pending: PendingKeys, cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    const call = new InvalidatingCall(
      pending,
      () => method.apply(self, args),
      (result) => invalidation.addFurther(pending, cache, result, self, args),
      options.onFailure,
    );
    return intent ? call.underIntent(intent) : call.thenInvalidate();
  }

  replace(callThroughCache(method, decorated, runAndInvalidate));
}

function checkInvalidateOptions(label: string, options: CasInvalidateOptions): void {
  checkDecoratorOptions(`@CasInvalidate on ${label}`, label, options, INVALIDATE);
  const { key, keys, keysFrom, of, args, tags, tagsFrom } = options;
  if (args !== undefined && of === undefined) {
    throw new CasConfigError(`@CasInvalidate on ${label}: args are those of the method that \`of\` names; give it.`);
  }
  if ([key, keys, keysFrom, of, tags, tagsFrom].every((given) => given === undefined)) {
    throw new CasConfigError(
      `@CasInvalidate on ${label}: nothing to invalidate; give key, keys, keysFrom, of, tags or tagsFrom.`,
    );
  }
  checkIntentOptions(label, options);
}
