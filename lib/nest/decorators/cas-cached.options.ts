import type { Ttl } from '../../common/ttl.js';
import type { AnyFunction } from './decorator-types.js';
import type { MethodReadOptions } from './read-options.js';

/**
 * `K`, `W` and `U` are inferred, and then checked against the decorated method. What is not given here is as the namespace
 * has it.
 */
export interface CasCachedOptions<
  K extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
> extends MethodReadOptions {
  /**
   * The key of a call, from its arguments; `this` is the instance. By default class, method and arguments. Keys of your own
   * share the namespace: two methods that answer the same key share the value.
   */
  readonly key?: K | undefined;
  /** The namespace. By default that of the forFeature which the providing module imports. */
  readonly namespace?: string | undefined;
  /** How long values live. By default as long as the namespace's do. */
  readonly ttl?: Ttl | undefined;
  /** `false` for a call that goes past the cache. In place of that of the namespace. */
  readonly when?: W | undefined;
  /** `true` for a result (then the arguments) that is not to be cached. In place of that of the namespace. */
  readonly unless?: U | undefined;
}
