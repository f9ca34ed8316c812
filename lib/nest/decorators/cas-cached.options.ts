import { callable, elsewhere } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable } from '../../common/options/option.js';
import type { Ttl } from '../../common/ttl.js';
import type { InstanceOption } from './decorated-methods.js';
import type { AnyFunction, InWords, TagList, WithoutWords } from './decorator-types.js';
import { READING_TABLE } from './read-options.js';
import type { MethodReadOptions } from './read-options.js';

/**
 * `K`, `W`, `U`, `I`, `G` and `H` are inferred, and then checked against the decorated method. What is not given here
 * is as the namespace has it.
 */
export interface CasCachedOptions<
  K extends AnyFunction<string> = AnyFunction<string>,
  W extends AnyFunction<boolean> = AnyFunction<boolean>,
  U extends AnyFunction<boolean> = AnyFunction<boolean>,
  I extends InstanceOption = InstanceOption,
  G extends AnyFunction<TagList> = AnyFunction<TagList>,
  H extends AnyFunction<TagList> = AnyFunction<TagList>,
> extends MethodReadOptions {
  /**
   * The key of a call, from its arguments; `this` is the instance. By default class, method and arguments. Keys of your
   * own share the namespace: two methods that answer the same key share the value.
   */
  readonly key?:
    | K
    | InWords<'key is a function of the arguments that answers a text, such as (id: number) => String(id)'>
    | undefined;
  /**
   * What stands in default keys in place of the class's name: text that no other class of the namespace gives. A build
   * that shortens names may give the name of one class to another one of an earlier build, which then finds its rows.
   * The name of a subclass stays in the keys of what it inherits. Not beside `key`.
   */
  readonly keyName?: string | undefined;
  /**
   * What tells the instances of the class apart in default keys: a function of the instance, asked with every call,
   * whose answer is data (`(self) => self.tenant`); `'shared'` where nothing does, so that they serve each other's
   * rows. Has to be given where the class has, or can have, several instances in a namespace (request-scoped, durable
   * or transient; provided in two modules), and should be where its rows depend on an `AsyncLocalStorage`. Not beside
   * `key`, whose `this` is the instance.
   */
  readonly instance?: I | undefined;
  /** The namespace. By default that of the forFeature which the providing module imports. */
  readonly namespace?: string | undefined;
  /** How long values live. By default as long as the namespace's do. */
  readonly ttl?: Ttl | undefined;
  /** `false` for a call that goes past the cache. In place of that of the namespace. */
  readonly when?: W | undefined;
  /** `true` for a result (then the arguments) that is not to be cached. In place of that of the namespace. */
  readonly unless?: U | undefined;
  /**
   * In a namespace with tags: those of the result, from the arguments; `this` is the instance. A hit that carries not
   * all of them is a miss.
   */
  readonly tags?: G | undefined;
  /** Further tags, from the result and then the arguments. */
  readonly tagsFrom?: H | undefined;
}

export const CACHED = new Options({
  key: callable<AnyFunction<string>>(),
  // What may stand beside what is checked by the decorator.
  keyName: elsewhere<string>(),
  instance: elsewhere<InstanceOption>(),
  ...READING_TABLE,
  when: callable<AnyFunction<boolean>>(),
  unless: callable<AnyFunction<boolean>>(),
  tags: callable<AnyFunction<TagList>>(),
  tagsFrom: callable<AnyFunction<TagList>>(),
} satisfies OptionTable<WithoutWords<CasCachedOptions>>);
