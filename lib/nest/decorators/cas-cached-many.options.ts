import { callable } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable } from '../../common/options/option.js';
import { LOAD_MANY_TABLE } from '../../core/options/load-options.js';
import type { LoadManyOptions } from '../../core/options/load-options.js';
import type { Ttl } from '../../common/ttl.js';
import type { KeyList } from './cas-invalidate.options.js';
import type { AnyFunction, TagList } from './decorator-types.js';
import { READING_TABLE } from './read-options.js';
import type { MethodReadOptions } from './read-options.js';

/**
 * `K`, `F`, `W`, `U`, `G` and `H` are inferred, and then checked against the decorated method. What is not given here
 * is as the namespace has it.
 */
export interface CasCachedManyOptions<
  K extends AnyFunction<KeyList> = AnyFunction<KeyList>,
  F extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
  G extends AnyFunction<TagList> = AnyFunction<TagList>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
>
  extends MethodReadOptions, Pick<LoadManyOptions, 'missing' | 'chunk'> {
  /**
   * The keys of a call, from its arguments: one for each id, in their order; `this` is the instance. They share the
   * namespace: a `@CasCached({ key })` method that answers the same key shares the value.
   */
  readonly keys: K;
  /** The key of a row (then the arguments of the call): the one that `keys` answers for its id. */
  readonly keyOf: F;
  /** The namespace. By default that of the forFeature which the providing module imports. */
  readonly namespace?: string | undefined;
  /** How long rows live. By default as long as the namespace's values do. */
  readonly ttl?: Ttl | undefined;
  /** `false` for a call that goes past the cache. In place of that of the namespace. */
  readonly when?: W | undefined;
  /** `true` for a row (then the arguments) that is not to be cached. In place of that of the namespace. */
  readonly unless?: U | undefined;
  /** In a namespace with tags: those of every row, from the arguments; `this` is the instance. */
  readonly tags?: G | undefined;
  /** Further tags of a row, from it and then the arguments of the call. */
  readonly tagsFrom?: H | undefined;
}

export const CACHED_MANY = new Options({
  keys: callable<AnyFunction<KeyList>>(),
  keyOf: callable<AnyFunction<string>>(),
  missing: LOAD_MANY_TABLE.missing,
  chunk: LOAD_MANY_TABLE.chunk,
  ...READING_TABLE,
  when: callable<AnyFunction<boolean>>(),
  unless: callable<AnyFunction<boolean>>(),
  tags: callable<AnyFunction<TagList>>(),
  tagsFrom: callable<AnyFunction<TagList>>(),
} satisfies OptionTable<CasCachedManyOptions>);
