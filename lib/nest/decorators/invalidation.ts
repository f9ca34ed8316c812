import type { CasCacheService } from '../../core/cas-cache.js';
import { isPending, isPromise } from '../../common/attempt.js';
import { CasKeyError } from '../../errors.js';
import { distinctTags } from '../../keys/assert-tag.js';
import { cacheOf } from './binding.js';
import type { CasInvalidateOptions } from './cas-invalidate.options.js';
import type { AnyMethod } from './decoration-site.js';
import type { TagList } from './decorator-types.js';
import { labelOf } from './decorated-methods.js';
import type { InvalidatingMethod } from './decorated-methods.js';
import { checkDeclaredTypes } from './declared-types.js';
import { checkedKey, keyOfCall } from './default-key.js';
import { methodsNamed } from './methods-named.js';
import { PendingKeys } from './pending-keys.js';
import { tagsWithoutOption } from './tags-without-option.js';

/** Which keys and tags a call of a `@CasInvalidate` method makes out of date, and what becomes of them. */
export class Invalidation {
  constructor(
    private readonly options: CasInvalidateOptions,
    private readonly method: InvalidatingMethod,
  ) {}

  /**
   * The keys that follow from the arguments. Collected before the method runs: it may change its arguments, and a key
   * that cannot be built has to be known before anything is written.
   *
   * @throws CasKeyError, CasTagError; CasConfigError for tags in a namespace without
   */
  before(cache: CasCacheService, self: object, args: unknown[]): PendingKeys | Promise<PendingKeys> {
    const { key, keys, tags } = this.options;
    // What is known to fail after the write is an error before it.
    const untagged = tagsWithoutOption(this.method, cache.options);
    if (untagged !== undefined) throw untagged;
    const pending = new PendingKeys();
    const add = (given: unknown, from: 'key' | 'keys' | 'tags'): void => {
      if (from === 'tags') pending.addTags(cache, this.checkedTags(given, cache));
      else pending.add(cache, from === 'key' ? [checkedKey(given, this.method, from)] : this.checkedKeys(given, from));
    };
    const later: Promise<void>[] = [];
    const ask = (from: 'key' | 'keys' | 'tags', answer: unknown): void => {
      if (typeof answer !== 'function') return;
      const given: unknown = (answer as AnyMethod).apply(self, args);
      if (isPending(given)) later.push(Promise.resolve(given).then((answered) => add(answered, from)));
      else add(given, from);
    };
    ask('key', key);
    ask('keys', keys);
    ask('tags', tags);
    if (this.options.of !== undefined) this.addCachedKeys(this.options.of, pending, self, args);
    return later.length === 0 ? pending : Promise.all(later).then(() => pending);
  }

  /**
   * Adds the keys and the tags that follow from the result: whatever of them can be had.
   *
   * @throws CasKeyError: the write is done, and not everything that it made out of date is known
   */
  addFurther(pending: PendingKeys, cache: CasCacheService, result: unknown, self: object, args: unknown[]): void {
    const { keysFrom, tagsFrom } = this.options;
    const failed: CasKeyError[] = [];
    const add = (from: 'keysFrom' | 'tagsFrom', work: () => void): void => {
      try {
        work();
      } catch (cause) {
        failed.push(this.furtherError(from, cause));
      }
    };
    if (keysFrom !== undefined) {
      add('keysFrom', () => pending.add(cache, this.checkedKeys(keysFrom.call(self, result, ...args), 'keysFrom')));
    }
    if (tagsFrom !== undefined) {
      add('tagsFrom', () => pending.addTags(cache, this.checkedTags(tagsFrom.call(self, result, ...args), cache)));
    }
    const [first] = failed;
    if (first !== undefined) throw first;
  }

  /**
   * The keys of the cached method that `of` names, and of each that it overrides: `super` may have cached under its own
   * key.
   */
  private addCachedKeys(of: string, pending: PendingKeys, self: object, args: unknown[]): void {
    const cached = methodsNamed(of, this.method, Object.getPrototypeOf(self) as object);
    const given: unknown = this.options.args?.apply(self, args);
    if (given !== undefined && !Array.isArray(given)) {
      throw new CasKeyError(`${labelOf(this.method)}: args has to answer an array of arguments.`);
    }
    for (const method of cached) {
      const cache = cacheOf(self, method);
      if (cache === undefined) continue;
      const called: readonly unknown[] = given ?? args.slice(0, method.length);
      if (!isPromise(cache)) checkDeclaredTypes(method, cache, called);
      pending.add(cache, [keyOfCall(method, self, called)]);
    }
  }

  private checkedKeys(keys: unknown, from: string): string[] {
    if (!Array.isArray(keys)) {
      throw new CasKeyError(`${labelOf(this.method)}: ${from} has to answer an array of keys.`);
    }
    return keys.map((key) => checkedKey(key, this.method, from));
  }

  private checkedTags(tags: unknown, { namespace }: CasCacheService): readonly string[] {
    return distinctTags(tags as TagList, namespace);
  }

  private furtherError(from: 'keysFrom' | 'tagsFrom', cause: unknown): CasKeyError {
    return new CasKeyError(
      `${labelOf(this.method)}: the method succeeded, but ${from} failed, so not everything that it made out of date is invalidated.`,
      { cause },
    );
  }
}
