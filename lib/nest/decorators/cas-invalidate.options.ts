import { callable, elsewhere, oneOf, ruled, text } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable } from '../../common/options/option.js';
import type { Awaitable } from '../../contracts/awaitable.js';
import type { WriteIntentOptions } from '../../core/writing/write-intents.js';
import { assertNamespace } from '../../keys/assert-key.js';
import type { AnyFunction, InWords, TagList, WithoutWords } from './decorator-types.js';

export type KeyList = readonly string[];

/** The empty one makes the compiler take `[id, name]` for what it is, and not for a list of any length. */
export type ArgumentList = readonly unknown[] | readonly [];

/**
 * At least one of `key`, `keys`, `keysFrom`, `of`, `tags` and `tagsFrom`. The functions are inferred, and checked
 * against the method.
 */
export interface CasInvalidateOptions<
  K extends AnyFunction<Awaitable<string>> = AnyFunction<Awaitable<string>>,
  L extends AnyFunction<Awaitable<KeyList>> = AnyFunction<Awaitable<KeyList>>,
  R extends AnyFunction<KeyList> = AnyFunction<KeyList>,
  O extends string = string,
  A extends AnyFunction<ArgumentList> = AnyFunction<ArgumentList>,
  G extends AnyFunction<Awaitable<TagList>> = AnyFunction<Awaitable<TagList>>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
> {
  /**
   * The key to invalidate, from the arguments, before the method runs; `this` is the instance. It may be async: the
   * method waits for it, and does not run when it fails. So an entity that is cached under its old e-mail address can
   * be looked up.
   */
  readonly key?:
    | K
    | InWords<'key is a function of the arguments that answers a text, such as (id: number) => String(id)'>
    | undefined;
  /** The same for several. */
  readonly keys?:
    | L
    | InWords<'keys is a function of the arguments that answers texts, such as (id: number) => [String(id)]'>
    | undefined;
  /** Further keys, from the result and then the arguments, after the method succeeded. */
  readonly keysFrom?: R | undefined;
  /**
   * A `@CasCached` method of the class: its key is invalidated, in its namespace. Where an override is cached too, the
   * keys of both. Not a `@CasCachedMany` method, whose rows have keys of their own: give those by `key` or `keys`.
   */
  readonly of?: O | undefined;
  /**
   * The arguments of that method, from those of this one. By default the first ones, as many as that method declares;
   * to be given where it has optional or rest parameters.
   */
  readonly args?: A | undefined;
  /**
   * In a namespace with tags: those to invalidate, from the arguments, before the method runs, as `keys`. No intent
   * closes what carries them.
   */
  readonly tags?: G | undefined;
  /** Further tags, from the result and then the arguments, after the method succeeded. */
  readonly tagsFrom?: H | undefined;
  /** The namespace of the keys and tags. By default that of the forFeature which the providing module imports. */
  readonly namespace?: string | undefined;
  /**
   * Runs the method as the write of `withWriteIntent`, with the keys of `key`, `keys` and `of` closed to readers until
   * its end: then a hit never differs from what is committed. One of the three has to be given. `true` or the options
   * of the intent. Default `false`.
   */
  readonly intent?: boolean | WriteIntentOptions | undefined;
  /**
   * What a failed invalidation does after the method succeeded. Default: as `onFailure` of the namespace says, and
   * where keys of several namespaces are invalidated, `'report'` if all of them say that. `'throw'`: rejects with
   * `CasInvalidateError`, which has the method's `result`. `'report'`: returns the result; the hooks are told. In a
   * transaction it is the transaction that rejects.
   */
  readonly onFailure?: 'throw' | 'report' | undefined;
}

export const INVALIDATE = new Options({
  key: callable<AnyFunction<Awaitable<string>>>(),
  keys: callable<AnyFunction<Awaitable<KeyList>>>(),
  keysFrom: callable<AnyFunction<KeyList>>(),
  tags: callable<AnyFunction<Awaitable<TagList>>>(),
  tagsFrom: callable<AnyFunction<TagList>>(),
  of: text('the name of a method'),
  args: callable<AnyFunction<ArgumentList>>(),
  namespace: ruled(assertNamespace),
  intent: elsewhere<boolean | WriteIntentOptions>(),
  onFailure: oneOf(['throw', 'report'], undefined),
} satisfies OptionTable<WithoutWords<CasInvalidateOptions>>);
