import type { CasCacheService } from '../../core/cas-cache.js';
import { CasConfigError } from '../../errors.js';
import { declareBinding } from './binding.js';
import { callThroughCache } from './call-through-cache.js';
import { addDecorated } from './decorated-methods.js';
import type { InvalidatingMethod } from './decorated-methods.js';
import { decorationSite } from './decoration-site.js';
import type {
  Accepts,
  AcceptsResult,
  AnyFunction,
  ArgsFunctionMismatch,
  AsyncMethod,
  KeyMismatch,
  KeysFromMismatch,
  KeysMismatch,
  LeadsTo,
} from './decorator-types.js';
import { INVALIDATE } from './cas-invalidate.options.js';
import type { CasInvalidateOptions, KeyList } from './cas-invalidate.options.js';
import { checkIntentOptions } from './check-intent-options.js';
import { InvalidatingCall } from './invalidating-call.js';
import { Invalidation } from './invalidation.js';
import { checkDecoratorOptions } from './read-options.js';

/**
 * Invalidates what an async method makes out of date, before its promise resolves: no read that starts later returns the
 * old value. When the method throws, `key`, `keys` and `of` are invalidated too, as it may have written before that, and
 * its error is thrown. On an instance made with `new`, the method just runs.
 *
 * In a transaction (`runInCasTransaction`) they are invalidated when that has ended. With `intent`, the method is one, and
 * the keys are closed to readers while it runs.
 *
 * @throws CasConfigError at decoration: on what is no instance method, and without any key
 */
export function CasInvalidate<
  K extends AnyFunction<string> = AnyFunction<string>,
  L extends AnyFunction<KeyList> = AnyFunction<KeyList>,
  R extends AnyFunction<KeyList> = AnyFunction<KeyList>,
  O extends string = never,
  A extends AnyFunction<readonly unknown[]> | undefined = undefined,
>(
  options: CasInvalidateOptions<K, L, R, O, A>,
): <T extends object, M extends AsyncMethod>(
  target: T,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<M> &
    Accepts<K, M, T, KeyMismatch<M>> &
    Accepts<L, M, T, KeysMismatch<M>> &
    AcceptsResult<R, M, T, KeysFromMismatch<M>> &
    Accepts<A, M, T, ArgsFunctionMismatch<M>> &
    LeadsTo<O, A, M, T>,
) => void {
  return (target, name, descriptor) => decorate(options as CasInvalidateOptions, target, name, descriptor);
}

function decorate(
  options: CasInvalidateOptions,
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
): void {
  const { prototype, method, label } = decorationSite('@CasInvalidate', target, name, descriptor);
  checkInvalidateOptions(label, options);
  const decorated: InvalidatingMethod = {
    kind: 'invalidating',
    owner: prototype,
    name,
    length: method.length,
    namespace: options.namespace,
    binding: declareBinding(prototype, options.namespace),
    of: options.of,
    hasArgs: options.args !== undefined,
    intent: Boolean(options.intent),
  };
  addDecorated(decorated);
  const invalidation = new Invalidation(options, decorated);
  const intent = options.intent === true ? {} : options.intent;

  function runAndInvalidate(cache: CasCacheService, self: object, args: unknown[]): Promise<unknown> {
    const pending = invalidation.before(cache, self, args);
    const call = new InvalidatingCall(
      pending,
      () => method.apply(self, args),
      (result) => pending.add(cache, invalidation.further(result, self, args)),
      options.onFailure !== 'report',
    );
    return intent ? call.underIntent(intent) : call.thenInvalidate();
  }

  descriptor.value = callThroughCache(method, decorated, runAndInvalidate);
}

function checkInvalidateOptions(label: string, options: CasInvalidateOptions): void {
  checkDecoratorOptions(`@CasInvalidate on ${label}`, label, options, INVALIDATE);
  const { key, keys, keysFrom, of, args } = options;
  if (args !== undefined && of === undefined) {
    throw new CasConfigError(`@CasInvalidate on ${label}: args are those of the method that \`of\` names; give it.`);
  }
  if (key === undefined && keys === undefined && keysFrom === undefined && of === undefined) {
    throw new CasConfigError(`@CasInvalidate on ${label}: nothing to invalidate; give key, keys, keysFrom or of.`);
  }
  checkIntentOptions(label, options);
}
